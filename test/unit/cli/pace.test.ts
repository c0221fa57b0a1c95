import { expect, test } from '@jest/globals';
import { createPace, maxOnQueue } from '../../../cli/lib/bulk.ts';

/** A queue that is as deep as this says, in turn; who waits is counted. */
function createWorld(depths: readonly number[]) {
  const left = [...depths];
  const remarks: string[] = [];
  const stop = new AbortController();
  let waits = 0;
  const pace = createPace({
    depth: async () => left.shift() ?? 0,
    wait: async () => {
      waits += 1;
    },
    remark: (text) => remarks.push(text),
    signal: stop.signal,
  });
  return { pace, remarks, stop, left, waits: () => waits };
}

test('where the queue has room, nobody waits', async () => {
  const { pace, waits, remarks } = createWorld([maxOnQueue - 1]);
  await pace();
  expect([waits(), remarks]).toEqual([0, ['']]);
});

test('where it has none, all wait until it has, and are told', async () => {
  const { pace, waits, remarks } = createWorld([800, maxOnQueue, 3]);
  await Promise.all([pace(), pace(), pace()]);
  expect([waits(), remarks]).toEqual([2, ['(800 on their way first)', '(500 on their way first)', '']]);
});

test('it is looked at once for fifty', async () => {
  const { pace, left } = createWorld([0, 0, 0, 0]);
  for (let messages = 0; messages < 101; messages += 1) await pace();
  expect(left).toHaveLength(1);
});

test('who is to stop waits no longer', async () => {
  const { pace, stop, waits } = createWorld([800, 800, 800]);
  stop.abort();
  await pace();
  expect(waits()).toBe(0);
});
