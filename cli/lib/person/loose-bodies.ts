import type { SQSClient } from '@aws-sdk/client-sqs';
import { createOpenMessage } from '../../../lambda/queue/envelope.ts';
import { decodeBody } from '../../../lambda/receive/request.ts';
import { rejectedKey } from '../../../lambda/store/keys.ts';
import { claimCheckBodies, createGetClaimCheck } from '../../../lambda/store/large-bodies.ts';
import { createRecords, rejectedStates } from '../../../lambda/store/records.ts';
import { createRejectedBodies, type RejectedBody } from '../../../lambda/store/rejected.ts';
import { createListSpooled } from '../../../lambda/store/spool.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { LookedThrough, LooseBody } from './person.ts';

/** More than the sweep leaves behind. */
const maxSpooled = 10_000;

/** Whether to look at the queues, and to delete the person's messages at once, since a later visit might miss them. */
export type Queues = 'leave alone' | 'look' | 'take off';

type FoundBodies = {
  readonly bodies: readonly LooseBody[];
  readonly looked: Omit<LookedThrough, 'chats' | 'inFlight'>;
};

/** Finds a person's bodies that aren't chats yet: refused ones, and those still on the queues. */
export async function findLooseBodies(
  { table, sqs, outputs }: Pick<Deployment, 'table' | 'sqs' | 'outputs'>,
  { queues, isTheirs }: { readonly queues: Queues; readonly isTheirs: (body: string) => Promise<boolean> },
): Promise<FoundBodies> {
  const records = createRecords(table);
  const looked = { bodies: 0, messages: 0 };
  const bodies = [...(await inTable()), ...(queues === 'leave alone' ? [] : await inQueues())];
  return { bodies, looked: { ...looked, messages: queues === 'leave alone' ? undefined : looked.messages } };

  async function inTable(): Promise<readonly LooseBody[]> {
    const bodies: LooseBody[] = [];
    const add = async (
      where: LooseBody['where'],
      body: string | undefined,
      inTable: NonNullable<LooseBody['inTable']>,
    ) => {
      looked.bodies += 1;
      if (body !== undefined && (await isTheirs(body))) bodies.push({ where, body, inTable });
    };
    const rejected = createRejectedBodies(table);
    for await (const { id } of records.rejected({ states: rejectedStates })) {
      const { pk: partition } = rejectedKey(id);
      await add('rejected', await textOf(await rejected.read(id)), { partition, remove: () => rejected.remove(id) });
    }
    for (const { id: partition, read, remove } of await createListSpooled(table)(maxSpooled)) {
      await add('spooled', (await read()).body, { partition, remove });
    }
    for await (const { partition, read, remove } of claimCheckBodies(table)) {
      await add('claim check', await read(), { partition, remove });
    }
    return bodies;
  }

  async function inQueues(): Promise<readonly LooseBody[]> {
    const open = createOpenMessage(createGetClaimCheck(table));
    const look = async (where: 'queue' | 'dead letters', queueUrl: string) => {
      const bodies: LooseBody[] = [];
      await visitMessages({
        sqs,
        queueUrl,
        visit: async (message) => {
          looked.messages += 1;
          const opened = await open(message);
          // A reference holds no text of the chat.
          if (opened.kind === 'chat') return false;
          const body = opened.kind === 'hook' ? opened.body : message;
          if (!(await isTheirs(body))) return false;
          bodies.push({ where, body });
          return queues === 'take off';
        },
      });
      return bodies;
    };
    return (
      await Promise.all([look('queue', outputs.QueueUrl), look('dead letters', outputs.DeadLetterQueueUrl)])
    ).flat();
  }
}

/** The body may be compressed. */
async function textOf(rejected: RejectedBody | undefined): Promise<string | undefined> {
  if (rejected === undefined) return undefined;
  const decoded = await decodeBody({ body: Buffer.from(rejected.body).toString('base64'), isBase64Encoded: true });
  return 'text' in decoded ? decoded.text : Buffer.from(decoded.bytes).toString();
}

type VisitMessages = {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Returns whether to delete the message. */
  readonly visit: (message: string) => Promise<boolean>;
};

/** How long a visited message is hidden from the functions at most. */
const hiddenSeconds = 60;
const maxPerReceive = 10;

/** Visits every message that can be received now, not those in flight or delayed. */
export async function visitMessages({ sqs, queueUrl, visit }: VisitMessages): Promise<void> {
  const { ChangeMessageVisibilityCommand, DeleteMessageCommand, ReceiveMessageCommand } = await import(
    '@aws-sdk/client-sqs'
  );
  const seen = new Set<string>();
  const left: (string | undefined)[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: maxPerReceive,
        VisibilityTimeout: hiddenSeconds,
        // Long polling asks all of SQS's servers.
        WaitTimeSeconds: 1,
      }),
    );
    const unseen = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId));
    if (unseen.length === 0) break;
    for (const { MessageId = '', Body = '', ReceiptHandle } of unseen) {
      seen.add(MessageId);
      if (await visit(Body)) await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      else left.push(ReceiptHandle);
    }
  }
  await Promise.all(left.map(show));

  /** An embedded server fails on 0 seconds. */
  function show(ReceiptHandle: string | undefined) {
    return sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 1 }));
  }
}
