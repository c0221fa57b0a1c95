import { expect, test } from '@jest/globals';
import { dismiss, type Outcome } from '../../../lambda/delivery/state-machine.ts';
import { createCountHeld, createMeasureBacklog, createSilentSince } from '../../../lambda/store/backlog.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createSpool } from '../../../lambda/store/spool.ts';
import { copyOf, createClock, firstAttempt, newChannel, retention, type StoreTests } from './support.ts';

export const backlogTests: StoreTests = (table) => {
  test('is what is parked, and not dismissed, and what is on its way to the destinations given, and since when', async () => {
    const clock = createClock();
    const ledger = createLedger(table(), { ...retention, now: clock.now });
    const measure = createMeasureBacklog(table(), ['crm', 'other']);
    const heldBefore = await createCountHeld(table(), ['crm', 'other'])();
    expect(await measure()).toEqual({ parked: 0, pending: 0, pendingSince: undefined });

    const first = clock.now();
    const write = async (outcome: Outcome, destination = 'crm') => {
      const id = `208:${newChannel()}`;
      const [leased, ended] = firstAttempt(clock.now(), outcome, destination);
      for (const each of [leased, ended]) await ledger.write(id, each);
      clock.pass(60);
      return { id, ended };
    };
    // The one that is due last is the oldest.
    await write({ state: 'pending', nextAttemptAt: '2026-05-02T08:00:00.000Z' });
    await write({ state: 'pending', nextAttemptAt: '2026-05-01T08:01:00.000Z' }, 'other');
    await write({ state: 'parked' });
    for (const state of ['delivered', 'held', 'skipped'] as const) await write({ state });
    await write({ state: 'held', holdUntil: '2026-05-04T08:00:00.000Z' });
    const { id, ended } = await write({ state: 'parked' });
    const dismissed = dismiss(ended, clock.now(), { by: 'eva', reason: 'a test' });
    if (dismissed.kind === 'changed') expect(await ledger.write(id, dismissed.delivery)).toBe(true);
    await write({ state: 'parked' }, 'removed');
    await write({ state: 'pending', nextAttemptAt: '2026-05-01T08:01:00.000Z' }, 'removed');
    expect(await measure()).toEqual({ parked: 1, pending: 2, pendingSince: first });
    expect(await createCountHeld(table(), ['crm', 'other'])()).toBe(heldBefore + 2);
    expect(await createCountHeld(table(), ['removed'])()).toBe(0);
    await createSpool(table())('{}', new Date(first.getTime() - 60_000));
    expect(await measure()).toEqual({ parked: 1, pending: 2, pendingSince: new Date(first.getTime() - 60_000) });
    expect(await createMeasureBacklog(table(), ['removed'])()).toMatchObject({ parked: 1, pending: 1 });
  });
  test('of chats is empty since the latest came; or, if none ever did, since that was first asked', async () => {
    const clock = createClock();
    const silentSince = createSilentSince(table(), clock.now);
    const first = clock.now();
    expect(await silentSince()).toEqual(first);
    clock.pass(3600);
    expect(await silentSince()).toEqual(first);
    await createConversations(table(), retention).save(
      copyOf(newChannel(), ['Hello'], { receivedAt: '2026-05-01T10:00:00Z' }),
    );
    expect(await silentSince()).toEqual(new Date('2026-05-01T10:00:00Z'));
  });
};
