import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type PutClaimCheck, referTo, seal } from './envelope.ts';

type QueueDependencies = { readonly sqs: SQSClient; readonly queueUrl: string };

/** Queues a hook's body. Durable once the promise resolves. */
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

/** Queues a stored chat for these destinations. Durable once the promise resolves. */
export function createEnqueueChat({ sqs, queueUrl }: QueueDependencies) {
  return async (conversationId: string, destinations: readonly string[]): Promise<void> => {
    const MessageBody = referTo(conversationId, destinations);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  };
}

/** Hides a batch's messages until then. If this process dies, they return long before the queue's own timeout. */
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

/** SQS's limit per call. */
const maxEntries = 10;

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
