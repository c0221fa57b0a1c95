import { setTimeout as sleepFor } from 'node:timers/promises';
import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSRecord, SQSRecordAttributes } from 'aws-lambda';
import { type PutClaimCheck, referTo, type SealOptions, seal } from './envelope.ts';

/** What is read of Lambda's event for a batch, and of its context. */
export type Batch = { readonly Records: readonly Received[] };
export type Received = Readonly<Pick<SQSRecord, 'messageId' | 'receiptHandle' | 'body'>> & {
  readonly attributes: Readonly<Pick<SQSRecordAttributes, 'ApproximateReceiveCount' | 'SentTimestamp'>>;
};
export type TimeLeft = Pick<Context, 'getRemainingTimeInMillis'>;

type QueueDependencies = { readonly sqs: SQSClient; readonly queueUrl: string };

/** Queues a hook's body. Durable once the promise resolves. */
export function createEnqueue({
  sqs,
  queueUrl,
  putClaimCheck,
}: QueueDependencies & { readonly putClaimCheck: PutClaimCheck }) {
  return async (body: string, receivedAt: Date, options?: SealOptions): Promise<void> => {
    const MessageBody = await seal(body, receivedAt, putClaimCheck, options);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  };
}

/** Queues a stored chat for these destinations. Durable once the promise resolves. */
export function createEnqueueChat({ sqs, queueUrl }: QueueDependencies) {
  return async (conversationId: string, destinations: readonly string[], options?: SealOptions): Promise<void> => {
    const MessageBody = referTo(conversationId, destinations, options);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  };
}

/** Puts a message on a queue as it is. Durable once the promise resolves. */
export function createSend({ sqs, queueUrl }: QueueDependencies) {
  return async (MessageBody: string): Promise<void> => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  };
}

/** Puts messages on a queue as they are. Durable once the promise resolves; if it does not, some may be. */
export function createSendAll({ sqs, queueUrl }: QueueDependencies) {
  return async (messages: readonly string[]): Promise<void> => {
    for (let from = 0; from < messages.length; from += maxEntries) {
      const Entries = messages
        .slice(from, from + maxEntries)
        .map((MessageBody, at) => ({ Id: String(at), MessageBody }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      const [first] = Failed;
      if (first !== undefined) throw new Error(`${Failed.length} messages were not sent: ${String(first.Code)}.`);
    }
  };
}

/** Some messages of a batch could not be hidden. They come back when the queue's own timeout ends. */
export class NotLeased extends Error {
  override readonly name = 'NotLeased';
  readonly count: number;
  constructor(count: number, codes: readonly string[]) {
    super(`${count} messages were not hidden: ${[...new Set(codes)].join(', ')}.`);
    this.count = count;
  }
}

/**
 * Hides a batch's messages until then. If this process dies, they return long before the queue's own timeout. SQS
 * answers for each message: those that it could not hide by its own fault are tried again, and the others are hidden.
 * @throws NotLeased once every message was tried
 */
export function createLease({
  sqs,
  queueUrl,
  now,
  sleep = sleepFor,
  random = Math.random,
}: QueueDependencies & {
  readonly now: () => Date;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  /** From 0 to 1. */
  readonly random?: () => number;
}) {
  /** Those that failed, with the error of each. */
  const hide = async (handles: readonly string[], until: Date): Promise<readonly Failed[]> => {
    const VisibilityTimeout = secondsUntil(until, now());
    const Entries = handles.map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle, VisibilityTimeout }));
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries });
    try {
      const { Failed = [] } = await sqs.send(command);
      return Failed.flatMap((error) =>
        handles.slice(Number(error.Id), Number(error.Id) + 1).map((handle) => ({ handle, error })),
      );
    } catch (error) {
      // The SDK has tried the whole call again already.
      const Code = error instanceof Error ? error.name : typeof error;
      return handles.map((handle) => ({ handle, error: { Id: handle, Code, SenderFault: true } }));
    }
  };

  const hideAll = async (handles: readonly string[], until: Date): Promise<readonly Failed[]> => {
    let tried = await hide(handles, until);
    for (let retry = 1; retry <= maxLeaseRetries; retry += 1) {
      const again = tried.filter(({ error }) => error.SenderFault !== true);
      if (again.length === 0) break;
      await sleep(random() * firstLeasePauseMs * 2 ** (retry - 1));
      const rest = await hide(
        again.map(({ handle }) => handle),
        until,
      );
      tried = [...tried.filter((each) => !again.includes(each)), ...rest];
    }
    return tried;
  };

  return async (receiptHandles: readonly string[], until: Date): Promise<void> => {
    const batches = Array.from({ length: Math.ceil(receiptHandles.length / maxEntries) }, (_, at) =>
      receiptHandles.slice(at * maxEntries, (at + 1) * maxEntries),
    );
    const failed = (await Promise.all(batches.map((batch) => hideAll(batch, until)))).flat();
    if (failed.length > 0)
      throw new NotLeased(
        failed.length,
        failed.map(({ error }) => String(error.Code)),
      );
  };
}

type Failed = {
  readonly handle: string;
  readonly error: Pick<BatchResultErrorEntry, 'Id' | 'Code' | 'SenderFault'>;
};

/** SQS's limit per call. */
const maxEntries = 10;
const maxLeaseRetries = 3;
const firstLeasePauseMs = 100;

/** Hides one message until the queue hands it out again at `until`. */
export function createDefer({ sqs, queueUrl, now }: QueueDependencies & { readonly now: () => Date }) {
  return async (receiptHandle: string, until: Date): Promise<void> => {
    const VisibilityTimeout = secondsUntil(until, now());
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout }),
    );
  };
}

/** Not 0: a message that returns too early would spin. */
const secondsUntil = (until: Date, now: Date) => Math.max(Math.ceil((until.getTime() - now.getTime()) / 1000), 1);
