import { setImmediate as whileOthersRun } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type BatchDependencies, createBatchHandler } from '../../../lambda/deliver/batch.ts';
import type { Redelivery } from '../../../lambda/deliver/handle-message.ts';
import type { Received } from '../../../lambda/queue/queue.ts';

const now = new Date('2026-05-04T08:00:00Z');
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);

const record = (body: string, receiveCount: number): Received => ({
  messageId: `id of ${body}`,
  receiptHandle: `handle of ${body}`,
  body,
  attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: '0' },
});

const context = (seconds: number) => ({ getRemainingTimeInMillis: () => seconds * 1000 });

const inQueue = (seconds: number) => ({ at: inSeconds(seconds), isListed: false });
const inLedger = (seconds: number) => ({ at: inSeconds(seconds), isListed: true });

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
          return message === 'later' ? inQueue(30) : undefined;
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
      deliver: (messages) => messages.map(async () => inQueue(30)),
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
    const later: BatchDependencies['deliver'] = (messages) => messages.map(async () => inQueue(30));
    const defer = () => Promise.reject(new Error('the queue is away'));
    expect((await handle(['one', 'two'], { deliver: later, defer })).back).toEqual(['id of one', 'id of two']);
  });
});

test.each([
  [1, 10],
  [2, 15],
  [3, 22.5],
  [7, 113.90625],
  [13, 900],
  [49, 900],
])('a message whose store fails at receipt %i comes back after %i seconds', async (receiveCount, seconds) => {
  const deliver: BatchDependencies['deliver'] = ([first]) => [
    Promise.reject(new Error(`the table is away for ${first}`)),
    Promise.resolve(undefined),
  ];
  const { done, back } = await handle(['one', 'two'], { deliver }, receiveCount);
  expect(done).toContainEqual(['defer', 'handle of one', inSeconds(seconds)]);
  expect(back).toEqual(['id of one']);
});

test('a batch of which every message fails counts as an error of the function, once all are put off', async () => {
  const done: unknown[] = [];
  const handled = handle(['one', 'two'], {
    deliver: (messages) => messages.map(() => Promise.reject(new Error('the table is away'))),
    defer: async (receiptHandle) => void done.push(receiptHandle),
    metrics: { flush: () => void done.push('flush') },
  });
  await expect(handled).rejects.toThrow('None of the 2 messages could be handled');
  expect(done.toSorted()).toEqual(['flush', 'handle of one', 'handle of two']);
});

test('a message that was received ten times leaves the queue if the ledger has its time, and not otherwise', async () => {
  const left = async (redelivery: Redelivery, receiveCount: number) =>
    (await handle(['one'], { deliver: () => [Promise.resolve(redelivery)] }, receiveCount)).back;
  expect(await left(inLedger(30), 9)).toEqual(['id of one']);
  expect(await left(inLedger(30), 10)).toEqual([]);
  expect(await left(inQueue(30), 10)).toEqual(['id of one']);
});
