import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { failed, type InvocationResult } from '../../../local/lambda/function.ts';
import { type Poller, startPoller } from '../../../local/triggers/poller.ts';
import { eventually } from './support/eventually.ts';
import { startSqs, type TestSqs } from './support/sqs.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

let sqs: TestSqs;
let poller: Poller | undefined;

// A server for each: to a receive that was given up it would give the next message all the same.
beforeEach(async () => {
  sqs = await startSqs();
});
afterEach(async () => {
  await poller?.stop();
  await sqs.stop();
});

const succeeded = (value: unknown): InvocationResult => ({ succeeded: true, payload: JSON.stringify(value) });

function start(
  invoke: (event: SQSEvent) => Promise<InvocationResult>,
  mapping: { readonly batchSize?: number; readonly windowSeconds?: number; readonly maxConcurrency?: number } = {},
  { concurrency = 4, hasUrgentWork = (): boolean => false } = {},
) {
  poller = startPoller({
    sqs: sqs.client,
    queueUrl: sqs.queueUrl,
    mapping: {
      queueArn: 'arn:aws:sqs:us-east-1:000000000000:chats',
      functionName: 'deliver',
      batchSize: 10,
      windowSeconds: 0,
      maxConcurrency: undefined,
      reportsItemFailures: true,
      ...mapping,
    },
    invoke: (event) => invoke(JSON.parse(event)),
    concurrency,
    hasUrgentWork,
  });
  return poller;
}

const bodies = (event: SQSEvent) => event.Records.map(({ body }) => body);
const left = async () => [
  await sqs.attribute('ApproximateNumberOfMessages'),
  await sqs.attribute('ApproximateNumberOfMessagesNotVisible'),
];

test('hands over what arrives, as Lambda does, and deletes it', async () => {
  const events: SQSEvent[] = [];
  start(async (event) => {
    events.push(event);
    return succeeded(null);
  });
  await sqs.send('chat');
  await eventually(async () => events.length === 1 && String(await left()) === '0,0');
  expect(events).toEqual([
    {
      Records: [
        {
          messageId: expect.any(String),
          receiptHandle: expect.any(String),
          body: 'chat',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
          },
          messageAttributes: {},
          md5OfBody: 'aa8af3ebe14831a7cd1b6d1383a03755',
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:chats',
          awsRegion: 'us-east-1',
        },
      ],
    },
  ]);
});

describe('what failed', () => {
  test('stays on the queue, out of sight, and the rest goes', async () => {
    start(async ({ Records }) =>
      succeeded({
        batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId: itemIdentifier }) => ({
          itemIdentifier,
        })),
      }),
    );
    await Promise.all(['good', 'bad', 'good'].map(sqs.send));
    await eventually(async () => String(await left()) === '0,1');
  });

  test('as a whole, stays as a whole', async () => {
    let calls = 0;
    start(async () => {
      calls += 1;
      return failed('Error', 'x');
    });
    await Promise.all(['a', 'b'].map(sqs.send));
    await eventually(async () => calls > 0 && String(await left()) === '0,2');
  });
});

describe('a batch', () => {
  test('is gathered for as long as its window says, and is no larger than its size', async () => {
    const batches: string[][] = [];
    start(
      async (event) => {
        batches.push(bodies(event));
        return succeeded(null);
      },
      { batchSize: 3, windowSeconds: 1 },
    );
    for (const body of ['1', '2', '3', '4']) await sqs.send(body);
    await eventually(() => batches.flat().length === 4);
    expect(batches.map(({ length }) => length)).toEqual([3, 1]);
  });

  test('may be larger than what SQS gives at once', async () => {
    const sent = Array.from({ length: 35 }, (_, index) => String(index));
    for (const body of sent) await sqs.send(body);
    const batches: string[][] = [];
    start(
      async (event) => {
        batches.push(bodies(event));
        return succeeded(null);
      },
      { batchSize: 30, windowSeconds: 1 },
    );
    await eventually(async () => batches.flat().length === 35 && String(await left()) === '0,0');
    expect(batches.map(({ length }) => length)).toEqual([30, 5]);
    expect(new Set(batches.flat()).size).toBe(35);
  });

  test('is never more than an event may hold, and is cut in no more at once than may run', async () => {
    let running = 0;
    let maxSize = 0;
    const sizes: number[] = [];
    for (let count = 0; count < 14; count += 1) await sqs.send('x'.repeat(900_000));
    start(
      async (event) => {
        running += 1;
        maxSize = Math.max(maxSize, running);
        sizes.push(Buffer.byteLength(JSON.stringify(event)));
        await new Promise((resolve) => setTimeout(resolve, 20));
        running -= 1;
        return succeeded(null);
      },
      { batchSize: 100, windowSeconds: 1, maxConcurrency: 1 },
    );
    await eventually(async () => sizes.length >= 3 && String(await left()) === '0,0');
    for (const size of sizes) expect(size).toBeLessThanOrEqual(6 * 1024 * 1024);
    expect(maxSize).toBe(1);
  });
});

describe('the concurrency', () => {
  test.each([
    ["the function's", undefined, 2],
    ["the mapping's", 2, 4],
  ])('is no higher than %s', async (_name, maxConcurrency, concurrency) => {
    let running = 0;
    let maxSize = 0;
    let done = 0;
    start(
      async () => {
        running += 1;
        maxSize = Math.max(maxSize, running);
        await new Promise((resolve) => setTimeout(resolve, 50));
        running -= 1;
        done += 1;
        return succeeded(null);
      },
      { batchSize: 1, ...(maxConcurrency !== undefined && { maxConcurrency }) },
      { concurrency: concurrency },
    );
    await Promise.all(Array.from({ length: 8 }, (_, index) => sqs.send(String(index))));
    await eventually(() => done === 8);
    expect(maxSize).toBe(2);
  });
});

test('stops at once, and waits for what it has handed over', async () => {
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let started = false;
  const stopping = start(async () => {
    started = true;
    await finished;
    return succeeded(null);
  });
  await sqs.send('chat');
  await eventually(() => started);
  const stopped = stopping.stop();
  finish();
  await stopped;
  expect(await left()).toEqual([0, 0]);
});

test('lets others go first', async () => {
  let taken = 0;
  const begin = performance.now();
  start(
    async () => {
      taken = performance.now();
      return succeeded(null);
    },
    {},
    { hasUrgentWork: () => performance.now() - begin < 1000 },
  );
  await sqs.send('chat');
  await eventually(() => taken > 0);
  expect(taken - begin).toBeGreaterThan(1000);
});

test('does not let others go first for ever', async () => {
  const handled: string[] = [];
  start(
    async (event) => {
      handled.push(...bodies(event));
      return succeeded(null);
    },
    {},
    { hasUrgentWork: () => true },
  );
  await sqs.send('chat');
  await eventually(() => String(handled) === 'chat');
});
