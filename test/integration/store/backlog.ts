import { expect, test } from '@jest/globals';
import type { Outcome } from '../../../lambda/delivery/state-machine.ts';
import { createCountHeld, createMeasureBacklog } from '../../../lambda/store/backlog.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createClock, firstAttempt, newChannel, retention, type StoreTests } from './support.ts';

export const backlogTests: StoreTests = (table) => {
  test('is what is parked and what is on its way to the destinations given, and since when', async () => {
    const clock = createClock();
    const ledger = createLedger(table(), { ...retention, now: clock.now });
    const measure = createMeasureBacklog(table(), ['crm', 'other']);
    const heldBefore = await createCountHeld(table(), ['crm', 'other'])();
    expect(await measure()).toEqual({ parked: 0, pending: 0, pendingSince: undefined });

    const first = clock.now();
    const write = async (outcome: Outcome, destination = 'crm') => {
      const id = `208:${newChannel()}`;
      for (const each of firstAttempt(clock.now(), outcome, destination)) await ledger.write(id, each);
      clock.pass(60);
    };
    // The one that is due last is the oldest.
    await write({ state: 'pending', nextAttemptAt: '2026-05-02T08:00:00.000Z' });
    await write({ state: 'pending', nextAttemptAt: '2026-05-01T08:01:00.000Z' }, 'other');
    await write({ state: 'parked' });
    for (const state of ['delivered', 'held', 'skipped'] as const) await write({ state });
    await write({ state: 'held', holdUntil: '2026-05-04T08:00:00.000Z' });
    await write({ state: 'parked' }, 'removed');
    await write({ state: 'pending', nextAttemptAt: '2026-05-01T08:01:00.000Z' }, 'removed');
    expect(await measure()).toEqual({ parked: 1, pending: 2, pendingSince: first });
    expect(await createCountHeld(table(), ['crm', 'other'])()).toBe(heldBefore + 2);
    expect(await createCountHeld(table(), ['removed'])()).toBe(0);
    expect(await createMeasureBacklog(table(), ['removed'])()).toMatchObject({ parked: 1, pending: 1 });
  });
};
