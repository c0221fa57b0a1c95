import { describe, expect, test } from '@jest/globals';
import { createBatchHandler, retryDelayMs } from '../../../lambda/fetch/batch.ts';
import type { Fetched } from '../../../lambda/fetch/fetch.ts';

const start = Date.parse('2026-11-30T11:00:00Z');

function system(fetch: (body: string) => Fetched | Promise<Fetched>, left = 60_000) {
  const deferred: Record<string, number> = {};
  const asked: string[] = [];
  const lines: string[] = [];
  let time = start;
  const write = (message: string) => void lines.push(message);
  const handle = createBatchHandler({
    fetch: async (body) => {
      asked.push(body);
      time += 1000;
      return fetch(body);
    },
    lease: async () => {},
    defer: async (handle, until) => {
      deferred[handle] = Math.round((until.getTime() - time) / 1000);
    },
    log: { info: write, warn: write, error: write },
    now: () => new Date(time),
  });
  const run = async (bodies: readonly string[], { receives = 1, sentAt = start } = {}) => {
    const Records = bodies.map((body, at) => ({
      body,
      messageId: `m${at}`,
      receiptHandle: `m${at}`,
      attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(sentAt) },
    }));
    const { batchItemFailures } = await handle({ Records }, { getRemainingTimeInMillis: () => left });
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { run, deferred, asked, lines };
}

describe('a batch', () => {
  test('asks once for what several messages tell of', async () => {
    const { run, asked } = system(() => 'done');
    expect(await run(['a', 'b', 'a'])).toEqual([]);
    expect(asked).toEqual(['a', 'b']);
  });

  test('waits as a whole for as long as Smartsupp asks', async () => {
    const { run, asked, deferred } = system((body) =>
      body === 'b' ? { isForAll: true, retryAfterMs: 90_000 } : 'done',
    );
    expect(await run(['a', 'b', 'c'])).toEqual(['m1', 'm2']);
    expect(asked).toEqual(['a', 'b']);
    expect(deferred).toEqual({ m1: 90, m2: 90 });
  });

  test('goes on after one conversation that cannot be read', async () => {
    const { run, asked, deferred } = system((body) => (body === 'a' ? { isForAll: false } : 'done'));
    expect(await run(['a', 'b'], { receives: 3 })).toEqual(['m0']);
    expect(asked).toEqual(['a', 'b']);
    expect(deferred).toEqual({ m0: 40 });
  });

  test('goes on after a failure of AWS, and fails if there was nothing else', async () => {
    const failing = system((body) => (body === 'a' ? Promise.reject(new Error('the table')) : 'done'));
    expect(await failing.run(['a', 'b'])).toEqual(['m0']);
    await expect(failing.run(['a'])).rejects.toThrow('None of the 1 messages');
  });

  test('begins nothing that would not end in time', async () => {
    const { run, asked } = system(() => 'done', 21_500);
    expect(await run(['a', 'b', 'c', 'd'])).toEqual(['m2', 'm3']);
    expect(asked).toEqual(['a', 'b']);
  });

  test('tells what has waited for more than an hour', async () => {
    const { run, lines } = system(() => ({ isForAll: true }));
    await run(['a'], { sentAt: start - 50 * 60_000 });
    expect(lines).toEqual([]);
    await run(['a'], { sentAt: start - 61 * 60_000 });
    expect(lines).toEqual(['fetch is late']);
  });
});

test('waits grow to an hour, and never beyond what SQS allows', () => {
  expect([1, 2, 5, 10, 200].map((receives) => retryDelayMs(receives) / 1000)).toEqual([10, 20, 160, 3600, 3600]);
  expect(retryDelayMs(1, 2 * 3_600_000)).toBe(2 * 3_600_000);
  expect(retryDelayMs(1, 24 * 3_600_000)).toBeLessThan(12 * 3_600_000);
});
