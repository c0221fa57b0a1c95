import { setImmediate as whileOthersRun } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Context, SQSEvent } from 'aws-lambda';
import { type BatchDependencies, createBatchHandler } from '../../../lambda/deliver/batch.ts';

const now = new Date('2026-05-04T08:00:00Z');
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);

const record = (body: string, receiveCount: number): SQSEvent['Records'][number] => ({
  messageId: `id of ${body}`,
  receiptHandle: `handle of ${body}`,
  body,
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: '0',
    SenderId: 'receive',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:chats',
  awsRegion: 'eu-central-1',
});

/** What Lambda gives beside the event; only the time that is left is asked for. */
const context = (seconds: number): Context => ({
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'deliver',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:deliver',
  memoryLimitInMB: '512',
  awsRequestId: 'request',
  logGroupName: 'group',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => seconds * 1000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
});

/** Handles messages of these words; tells what was done, in order, and which came back. */
async function handle(bodies: readonly string[], parts: Partial<BatchDependencies> = {}, receiveCount = 1) {
  const done: unknown[][] = [];
  const lines: unknown[] = [];
  const write = (message: string, line: object) => void lines.push({ message, ...line });
  const handler = createBatchHandler({
    deliver: (messages) => messages.map(async () => undefined),
    lease: async (handles, until) => void done.push(['lease', handles.length, until]),
    defer: async (receiptHandle, until) => void done.push(['defer', receiptHandle, until]),
    log: { info: write, warn: write, error: write },
    metrics: { flush: () => void done.push(['flush']) },
    now: () => now,
    ...parts,
  });
  const { batchItemFailures } = await handler(
    { Records: bodies.map((body) => record(body, receiveCount)) },
    context(50),
  );
  return { done, lines, back: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

describe('a batch', () => {
  test('is leased until shortly after the function’s end, then each message goes its own way', async () => {
    const deadlines: Date[] = [];
    const { done, lines, back } = await handle(['delivered', 'later', 'failed'], {
      deliver: (messages, deadline) => {
        deadlines.push(deadline);
        return messages.map(async (message) => {
          if (message === 'failed') throw new TypeError('Eva said hello');
          return message === 'later' ? inSeconds(30) : undefined;
        });
      },
    });
    expect(deadlines).toEqual([inSeconds(50)]);
    expect(done).toEqual([
      ['lease', 3, inSeconds(52)],
      ['defer', 'handle of later', inSeconds(30)],
      ['defer', 'handle of failed', inSeconds(10)],
      ['flush'],
    ]);
    expect(back.toSorted()).toEqual(['id of failed', 'id of later']);
    expect(lines).toMatchObject([{ message: 'message failed', messageId: 'id of failed', error: 'TypeError' }]);
  });

  test('waits for its lease before a message is put off, since the later of the two counts', async () => {
    let isLeased = false;
    const leases: boolean[] = [];
    await handle(['later'], {
      deliver: (messages) => messages.map(async () => inSeconds(30)),
      lease: async () => {
        await whileOthersRun();
        isLeased = true;
      },
      defer: async () => void leases.push(isLeased),
    });
    expect(leases).toEqual([true]);
  });

  test('is handled even if it cannot be leased', async () => {
    const lease = () => Promise.reject(new Error('the queue is away'));
    expect((await handle(['one', 'two'], { lease })).back).toEqual([]);
  });

  test('leaves on the queue a message without a result', async () => {
    expect((await handle(['one', 'two'], { deliver: () => [Promise.resolve(undefined)] })).back).toEqual(['id of two']);
  });

  test('comes back if it cannot be put off, and if all of it fails', async () => {
    const later: BatchDependencies['deliver'] = (messages) => messages.map(async () => inSeconds(30));
    const defer = () => Promise.reject(new Error('the queue is away'));
    expect((await handle(['one', 'two'], { deliver: later, defer })).back).toEqual(['id of one', 'id of two']);
  });
});

test.each([
  [1, 10],
  [2, 20],
  [3, 40],
  [7, 640],
  [8, 900],
  [1000, 900],
])('a message whose store fails at receipt %i comes back after %i seconds', async (receiveCount, seconds) => {
  const deliver: BatchDependencies['deliver'] = (messages) =>
    messages.map(() => Promise.reject(new Error('the table is away')));
  const { done, back } = await handle(['one'], { deliver }, receiveCount);
  expect(done).toContainEqual(['defer', 'handle of one', inSeconds(seconds)]);
  expect(back).toEqual(['id of one']);
});
