import { beforeEach, describe, expect, test } from '@jest/globals';
import { whileLeased } from '../../../lambda/deliver/deliver-to.ts';
import type { Ask } from '../../simulation/dynamodb.ts';
import { aDelivery, at, now } from '../../support/a-delivery.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { aHook, createClock, createParts } from './parts.ts';

let clock: ReturnType<typeof createClock>;
let crm: ReturnType<typeof createMemoryCrm>;
beforeEach(() => {
  clock = createClock();
  crm = createMemoryCrm();
});

/** A table that refuses each call of this kind as often as said, before it takes effect or after. */
const refusing = (kind: RegExp, times: number, when: 'before' | 'after' = 'before'): Ask => {
  let left = times;
  return async (what, effect) => {
    const isRefused = kind.test(what) && left > 0;
    if (isRefused) left -= 1;
    if (isRefused && when === 'before') throw new Error('the table is away');
    const result = effect();
    if (isRefused) throw new Error('the answer is lost');
    return result;
  };
};

async function deliverOn(ask: Ask) {
  const parts = createParts(clock.now, ask);
  const deliver = parts.startProcess({ crm: crm.adapter });
  const [result] = await Promise.allSettled(deliver([await parts.seal(aHook(1))]));
  return { status: result?.status, delivery: parts.deliveryOf(1), parts, deliver };
}

const ofDelivery = /^put .*DELIVERY/;

describe('a table that fails in part is not taken for a process that died:', () => {
  test.each([
    ['refused', 'before'],
    ['done, and the answer lost', 'after'],
  ] as const)('writes that are %s are tried again', async (_, when) => {
    // The lease and the result, one after the other.
    const { status, delivery } = await deliverOn(refusing(ofDelivery, 3, when));
    expect(status).toBe('fulfilled');
    expect(delivery).toMatchObject({ state: 'delivered', crashCount: 0, inDoubt: false });
    expect(crm.notes).toHaveLength(1);
  });

  test('the lease is given back if anything fails before the note', async () => {
    const { status, delivery, parts, deliver } = await deliverOn(refusing(/^get .*CHAT$/, 1));
    expect(status).toBe('rejected');
    expect(delivery).toMatchObject({ state: 'pending', leaseUntil: null, crashCount: 0, attempts: 0, inDoubt: false });
    clock.pass(10);
    await Promise.all(deliver([await parts.seal(aHook(1))]));
    expect(parts.deliveryOf(1)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(crm.notes).toHaveLength(1);
  });

  test('an attempt that the table makes too slow gives its lease back in doubt, before the function is stopped', async () => {
    const written: unknown[] = [];
    const leased = aDelivery({ state: 'pending', attempts: 3, leaseUntil: at(5) });
    const held = {
      delivery: leased,
      write: async (delivery: unknown) => void written.push(delivery),
      deadline: new Date(now.getTime() + 5_000),
      now: () => now,
    };
    await expect(whileLeased(held, () => new Promise(() => {}))).rejects.toThrow(/too slow/);
    expect(written).toMatchObject([
      { leaseUntil: null, inDoubt: true, crashCount: 0, attempts: 2, nextAttemptAt: at(0) },
    ]);
  });
});
