import { randomBytes } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { chatMaker, type Kind } from '../support/chats.ts';
import { createRandom } from '../support/random.ts';
import { within } from '../support/sender.ts';
import type { Stage } from '../support/stage.ts';
import { badRequest } from '../support/troubles.ts';
import { hostileWords, rubbish, rubbishOnQueue } from './rubbish.ts';

export type Poisoned = {
  /** What each rubbish body was answered. */
  readonly statuses: readonly number[];
  /** Chats that HubSpot refused for good. */
  readonly unwanted: number;
};

/** Among good chats: bodies and messages that are none, chats with hostile words, and some that HubSpot will not have. */
export async function poison(
  { sender, records, weather }: Stage,
  options: { readonly seconds: number; readonly chats: number },
): Promise<Poisoned> {
  const random = createRandom('poison');
  const make = chatMaker('poison');
  const { sqs, queueUrl } = await records();
  const statuses: number[] = [];
  weather.set('poison', ({ path }, addresses) => {
    const isUnwanted = addresses.some((address) => address.startsWith('unwanted'));
    return isUnwanted && path.endsWith('/notes/batch/create') ? { refused: badRequest } : {};
  });

  const unwanted = [1, 2, 3].map((number) => ({ email: `unwanted-${number}@poison.example` }));
  const kinds: readonly Kind[] = [
    ...Array.from({ length: options.chats }, () => ({})),
    ...hostileWords.map((words) => ({ words })),
    // More than a message of the queue holds, however it is compressed.
    { words: randomBytes(500_000).toString('base64') },
    ...unwanted,
  ];
  await within(options.seconds * 1000, random, [
    ...kinds.map((kind) => {
      const chat = make(kind);
      return () => sender.send(chat);
    }),
    ...rubbish.map((body) => async () => {
      statuses.push(await sender.post(body));
    }),
    ...rubbishOnQueue.map((body) => () => sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }))),
  ]);
  return { statuses: statuses.toSorted(), unwanted: unwanted.length };
}
