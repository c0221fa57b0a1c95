import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { seal } from '../../../lambda/queue/envelope.ts';
import { startPoller } from '../../../local/events/poller.ts';
import { createFunction } from '../../../local/lambda/pool.ts';
import { type BenchStack, openBenchStack } from './bench-stack.ts';
import { bodyOf } from './chats.ts';
import { startHubspot } from './hubspot.ts';

export type Drained = { readonly seconds: number; readonly callsPerChat: number };

/** A backlog of chats of 3 KB, each of another visitor, delivered by the template's own mapping to a HubSpot. */
export async function drain(chats: number, crmDelayMs: number): Promise<Drained> {
  const hubspot = await startHubspot(crmDelayMs);
  const stack = await openBenchStack(hubspot);
  const deliver = createFunction({ definition: stack.deliver, endpoints: stack.endpoints, log: () => {} });
  try {
    await deliver.warm();
    await fill(stack, chats);
    const begin = Date.now();
    const poller = startPoller({
      sqs: stack.servers.sqs,
      queueUrl: stack.deliver.environment['QUEUE_URL'] ?? '',
      mapping: stack.mapping,
      invoke: deliver.invoke,
      concurrency: deliver.concurrency,
    });
    const { calls, lastNoteAt } = await hubspot.until(chats);
    await poller.stop();
    return { seconds: (lastNoteAt - begin) / 1000, callsPerChat: calls / chats };
  } finally {
    await deliver.stop();
    await stack.close();
    await hubspot.stop();
  }
}

const never = () => Promise.reject(new Error('The bench sends nothing that the queue cannot carry.'));

async function fill({ servers, deliver }: BenchStack, chats: number): Promise<void> {
  const QueueUrl = deliver.environment['QUEUE_URL'] ?? '';
  for (let from = 1; from <= chats; from += 10) {
    const numbers = Array.from({ length: Math.min(10, chats - from + 1) }, (_, at) => from + at);
    const Entries = await Promise.all(
      numbers.map(async (number) => ({
        Id: String(number),
        MessageBody: await seal(bodyOf('3 KB', { number }), new Date(), never),
      })),
    );
    await servers.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}
