import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type PutOverflow, seal } from './envelope.ts';

type QueueDependencies = { readonly sqs: SQSClient; readonly queueUrl: string };

/** Puts a hook's body on the queue, for some destinations or for all. It is durable when the promise resolves. */
export function createEnqueue({
  sqs,
  queueUrl,
  putOverflow,
}: QueueDependencies & { readonly putOverflow: PutOverflow }) {
  return async (body: string, receivedAt: Date, destinations?: readonly string[]): Promise<void> => {
    const MessageBody = await seal(body, receivedAt, putOverflow, destinations);
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
    const batches = Array.from({ length: Math.ceil(entries.length / mostEntries) }, (_, at) =>
      entries.slice(at * mostEntries, (at + 1) * mostEntries),
    );
    await Promise.all(
      batches.map((Entries) => sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }))),
    );
  };
}

/** SQS takes no more in one call. */
const mostEntries = 10;

/** Hides a message that is being handled until `until`, when the queue hands it out again. */
export function createDefer({ sqs, queueUrl, now }: QueueDependencies & { readonly now: () => Date }) {
  return async (receiptHandle: string, until: Date): Promise<void> => {
    const VisibilityTimeout = secondsUntil(until, now());
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout }),
    );
  };
}

/**
 * A message may be hidden for 12 hours, counted from when it was received: to ask for more than is left of them is
 * refused. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
const mostSeconds = 11 * 60 * 60;

/** Not 0: a message that comes back at once only to find that it is early would spin. */
const secondsUntil = (until: Date, now: Date) =>
  Math.min(Math.max(Math.ceil((until.getTime() - now.getTime()) / 1000), 1), mostSeconds);
