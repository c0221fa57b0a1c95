import { ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { seal } from '../../../lambda/queue/envelope.ts';
import { sqsRecord } from '../../../local/triggers/batch.ts';
import type { BenchStack } from './bench-stack.ts';

/** The most that SQS takes or gives at once. */
const maxMessages = 10;

const never = () => Promise.reject(new Error('The bench sends nothing that the queue cannot carry.'));

/** Puts chats on the queue. */
export async function enqueueAll({ servers, deliver }: BenchStack, bodies: readonly string[]): Promise<void> {
  for (let from = 0; from < bodies.length; from += maxMessages) {
    const Entries = await Promise.all(
      bodies.slice(from, from + maxMessages).map(async (body, at) => ({
        Id: String(at),
        MessageBody: await seal(body, new Date(), never),
      })),
    );
    await servers.sqs.send(new SendMessageBatchCommand({ QueueUrl: deliver.environment['QUEUE_URL'], Entries }));
  }
}

/** Puts chats on the queue, takes them off again, and answers the event that deliver is given of them. */
export async function eventOf(stack: BenchStack, bodies: readonly string[]): Promise<string> {
  await enqueueAll(stack, bodies);
  const { sqs } = stack.servers;
  const QueueUrl = stack.deliver.environment['QUEUE_URL'];
  const records: unknown[] = [];
  while (records.length < bodies.length) {
    const MaxNumberOfMessages = Math.min(maxMessages, bodies.length - records.length);
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages, MessageSystemAttributeNames: ['All'] }),
    );
    records.push(...Messages.map((message) => sqsRecord(message, stack.mapping.queueArn)));
  }
  return JSON.stringify({ Records: records });
}

/** @throws Error where a message was not delivered for good */
export function assertAllDelivered(payload: string): void {
  if (Object(JSON.parse(payload)).batchItemFailures?.length !== 0) throw new Error(`Not delivered: ${payload}`);
}
