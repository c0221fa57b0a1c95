import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type PutClaimCheck, referTo, seal } from './envelope.ts';

type QueueDependencies = { readonly sqs: SQSClient; readonly queueUrl: string };

/** Puts a hook's body on the queue. It is durable when the promise resolves. */
export function createEnqueue({
  sqs,
  queueUrl,
  putClaimCheck,
}: QueueDependencies & { readonly putClaimCheck: PutClaimCheck }) {
  return async (body: string, receivedAt: Date): Promise<void> => {
    const MessageBody = await seal(body, receivedAt, putClaimCheck);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  };
}

/** Puts a stored chat on the queue, for these destinations. It is durable when the promise resolves. */
export function createEnqueueChat({ sqs, queueUrl }: QueueDependencies) {
  return async (conversationId: string, destinations: readonly string[]): Promise<void> => {
    const MessageBody = referTo(conversationId, destinations);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  };
}

/**
 * Hides the messages of a batch until `until`: if this process dies, they come back then, and not after the queue's own,
 * much longer time.
 */
export function createLease({ sqs, queueUrl, now }: QueueDependencies & { readonly now: () => Date }) {
  return async (receiptHandles: readonly string[], until: Date): Promise<void> => {
    const VisibilityTimeout = secondsUntil(until, now());
    const entries = receiptHandles.map((ReceiptHandle, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout,
    }));
    const batches = Array.from({ length: Math.ceil(entries.length / maxEntries) }, (_, at) =>
      entries.slice(at * maxEntries, (at + 1) * maxEntries),
    );
    await Promise.all(
      batches.map((Entries) => sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }))),
    );
  };
}

/** SQS takes no more in one call. */
const maxEntries = 10;

/** Hides a message that is being handled until `until`, when the queue hands it out again. */
export function createDefer({ sqs, queueUrl, now }: QueueDependencies & { readonly now: () => Date }) {
  return async (receiptHandle: string, until: Date): Promise<void> => {
    const VisibilityTimeout = secondsUntil(until, now());
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout }),
    );
  };
}

/** Not 0: a message that comes back at once only to find that it is early would spin. */
const secondsUntil = (until: Date, now: Date) => Math.max(Math.ceil((until.getTime() - now.getTime()) / 1000), 1);
