import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Overflow, seal } from './envelope.ts';

type QueueDependencies = { readonly sqs: Pick<SQSClient, 'send'>; readonly queueUrl: string };

/** Puts a hook's body on the queue. It is durable when the promise resolves. */
export function createEnqueue({ sqs, queueUrl, overflow }: QueueDependencies & { readonly overflow: Overflow }) {
  return async (body: string, receivedAt: Date): Promise<void> => {
    const MessageBody = await seal(body, receivedAt, overflow);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  };
}

/** SQS's longest visibility timeout. */
const mostSeconds = 12 * 60 * 60;

/** Hides a message that is being handled until `until`, when the queue hands it out again. */
export function createDefer({ sqs, queueUrl, now }: QueueDependencies & { readonly now: () => Date }) {
  return async (receiptHandle: string, until: Date): Promise<void> => {
    const seconds = Math.ceil((until.getTime() - now().getTime()) / 1000);
    // Not 0: a message that comes back at once only to find that it is early would spin.
    const VisibilityTimeout = Math.min(Math.max(seconds, 1), mostSeconds);
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout }),
    );
  };
}
