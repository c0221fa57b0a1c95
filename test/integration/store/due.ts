import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { postpone, requeue } from '../../../lambda/delivery/state-machine.ts';
import { createListDue, createListHeld, createListHoldOver } from '../../../lambda/store/backlog.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { collect } from '../../../lambda/store/table.ts';
import {
  type Clock,
  createClock,
  firstAttempt,
  firstLease,
  newChannel,
  nextLease,
  retention,
  type StoreTests,
} from './support.ts';

export const dueTests: StoreTests = (table) => {
  let clock: Clock;
  let channelId = 0;
  beforeEach(() => {
    channelId = newChannel();
    clock = createClock();
  });
  const id = () => `208:${channelId}`;
  const ledger = () => createLedger(table(), { ...retention, now: clock.now });
  const write = (delivery: Delivery) => ledger().write(id(), delivery);
  const listBefore = async (before: Date) => {
    const listed = await createListDue(table(), ledger(), clock.now)('crm', before, 100);
    // Other tests have left theirs pending.
    return listed.filter(({ conversationId }) => conversationId === id());
  };

  /** The first attempt died, and so may the second: this is it, under way, with its lease of 30 seconds. */
  const secondAttempt = async (): Promise<Delivery> => {
    const first = firstLease(clock.inSeconds(-31));
    await write(first);
    const second = nextLease(first, clock.now());
    await write(second);
    return second;
  };

  test('is listed from the time of its next attempt', async () => {
    const nextAttemptAt = clock.inSeconds(300).toISOString();
    for (const each of firstAttempt(clock.now(), { state: 'pending', nextAttemptAt })) await write(each);
    expect(await listBefore(clock.inSeconds(300))).toEqual([]);
    expect(await listBefore(clock.inSeconds(301))).toMatchObject([{ conversationId: id(), destination: 'crm' }]);
  });

  test('is listed from the end of its lease if its attempt never ended', async () => {
    await secondAttempt();
    expect(await listBefore(clock.inSeconds(30))).toEqual([]);
    expect(await listBefore(clock.inSeconds(31))).toHaveLength(1);
  });

  test('is listed at once if it was put back to be attempted', async () => {
    const [leased, held] = firstAttempt(clock.now(), { state: 'held' });
    for (const each of [leased, held]) await write(each);
    const requeued = requeue(held, clock.now());
    if (requeued.kind !== 'changed') throw new Error('what is held can be put back');
    await write(requeued.delivery);
    expect(await listBefore(clock.inSeconds(1))).toHaveLength(1);
  });

  test('comes longest due first, and no more than asked for', async () => {
    const conversationId = (at: number) => `209:${channelId}-${at}`;
    for (const at of [3, 1, 2]) {
      const day = createClock(`2026-04-01T0${at}:00:00Z`);
      const nextAttemptAt = day.now().toISOString();
      for (const each of firstAttempt(day.now(), { state: 'pending', nextAttemptAt }))
        await ledger().write(conversationId(at), each);
    }
    const listDue = createListDue(table(), ledger(), clock.now);
    const idsOf = async (limit: number) =>
      (await listDue('crm', new Date('2026-04-02T00:00:00Z'), limit)).map((due) => due.conversationId);
    expect(await idsOf(100)).toEqual([1, 2, 3].map(conversationId));
    expect(await idsOf(2)).toEqual([1, 2].map(conversationId));
  });

  test.each(['delivered', 'held', 'skipped', 'parked'] as const)('is not listed once it is %s', async (state) => {
    for (const each of firstAttempt(clock.now(), { state })) await write(each);
    expect(await listBefore(clock.inSeconds(100_000))).toEqual([]);
  });

  describe('that is listed again later', () => {
    test('is due by then, and changed in nothing else', async () => {
      const second = await secondAttempt();
      const [due] = await listBefore(clock.inSeconds(31));
      await due?.relist(clock.inSeconds(900));
      expect(await listBefore(clock.inSeconds(900))).toEqual([]);
      expect(await listBefore(clock.inSeconds(901))).toHaveLength(1);
      expect(await ledger().read(id(), 'crm')).toEqual(second);
    });

    test('is left as it is if it was attempted meanwhile', async () => {
      const second = await secondAttempt();
      const [due] = await listBefore(clock.inSeconds(31));
      await write(postpone(second, clock.now(), { until: clock.inSeconds(40) }));
      await due?.relist(clock.inSeconds(900));
      expect(await listBefore(clock.inSeconds(41))).toHaveLength(1);
    });

    test('is not brought back if it is gone', async () => {
      await secondAttempt();
      const [due] = await listBefore(clock.inSeconds(31));
      await createErasure(table(), clock.now).end(id());
      await due?.relist(clock.inSeconds(900));
      await due?.park('It is gone.');
      expect(await listBefore(clock.inSeconds(901))).toEqual([]);
      expect(await ledger().read(id(), 'crm')).toBeUndefined();
    });
  });

  test('is parked with a reason, its doubt and its attempts kept, and not if it was attempted meanwhile', async () => {
    const second = await secondAttempt();
    const [seen, seenToo] = [(await listBefore(clock.inSeconds(31)))[0], (await listBefore(clock.inSeconds(31)))[0]];
    clock.pass(3600);
    await seen?.park('It is gone.');
    expect(await listBefore(clock.inSeconds(100_000))).toEqual([]);
    const parked = await ledger().read(id(), 'crm');
    const { contentHash, revision, since, version } = second;
    expect(parked).toMatchObject({ contentHash, revision, since, state: 'parked', reason: 'It is gone.', fault: null });
    expect(parked).toMatchObject({ leaseUntil: null, nextAttemptAt: null, inDoubt: true, version: version + 1 });
    expect(parked?.history.map(({ outcome }) => outcome)).toEqual(['crashed', 'crashed']);
    await seenToo?.park('Another reason.');
    expect(await ledger().read(id(), 'crm')).toEqual(parked);
  });
};

export const heldTests: StoreTests = (table) => {
  test('is listed with its visitor from when it was held, the latest first, and no longer than that', async () => {
    const clock = createClock();
    const ledger = createLedger(table(), { ...retention, now: clock.now });
    for (const heldFor of ['208#1', '208#2', null, '208#4']) {
      clock.pass(60);
      const id = `208:${newChannel()}`;
      for (const each of firstAttempt(clock.now(), { state: 'held', heldFor })) await ledger.write(id, each);
    }
    const listHeld = createListHeld(table());
    const visitors = async (since: Date, limit = 100) =>
      (await listHeld(since, limit)).map(({ destination, heldFor }) => `${destination} ${heldFor}`);
    expect(await visitors(clock.inSeconds(-180))).toEqual(['crm 208#4', 'crm 208#2', 'crm 208#1']);
    expect(await visitors(clock.inSeconds(-120))).toEqual(['crm 208#4', 'crm 208#2']);
    expect(await visitors(clock.inSeconds(-180), 1)).toEqual(['crm 208#4']);
    expect(await visitors(clock.inSeconds(1))).toEqual([]);
  });

  test('is listed the same if it is held for a time, and again when that is over', async () => {
    const clock = createClock('2026-05-20T08:00:00Z');
    const ledger = createLedger(table(), { ...retention, now: clock.now });
    const holds = [
      ['for an hour', clock.inSeconds(3600).toISOString()],
      ['for two hours', clock.inSeconds(7200).toISOString()],
      ['without a limit', null],
    ] as const;
    for (const [id, holdUntil] of holds) {
      const outcome = { state: 'held', heldFor: id, holdUntil } as const;
      for (const each of firstAttempt(clock.now(), outcome)) await ledger.write(`208:${id}`, each);
    }
    const lately = await createListHeld(table())(clock.now(), 100);
    expect(lately.map(({ heldFor }) => heldFor).toSorted()).toEqual(holds.map(([id]) => id).toSorted());
    const { deliveries } = createRecords(table());
    for (const order of ['descending', 'ascending'] as const) {
      const all = (await collect(deliveries('held', order))).map(({ delivery }) => delivery.updatedAt);
      const inOrder = all.toSorted();
      expect(all).toEqual(order === 'descending' ? inOrder.toReversed() : inOrder);
      expect(all.filter((at) => at === clock.now().toISOString())).toHaveLength(3);
    }

    const listHoldOver = createListHoldOver(table(), { destinations: ['crm'], now: clock.now });
    const over = async () =>
      (await listHoldOver(100))
        .map(({ conversationId }) => conversationId)
        .filter((id) => id.startsWith('208:for'))
        .toSorted();
    clock.pass(3599);
    expect(await over()).toEqual([]);
    clock.pass(1);
    expect(await over()).toEqual(['208:for an hour']);
    clock.pass(3600);
    expect(await over()).toEqual(['208:for an hour', '208:for two hours']);
    const elsewhere = { destinations: ['other'], now: clock.now };
    expect(await createListHoldOver(table(), elsewhere)(100)).toEqual([]);
  });

  test('that a newer copy has held again is listed when its hold is over, and not later', async () => {
    const clock = createClock('2026-05-25T08:00:00Z');
    const ledger = createLedger(table(), { ...retention, now: clock.now });
    const holdUntil = clock.inSeconds(3600).toISOString();
    const [leased, held] = firstAttempt(clock.now(), { state: 'held', heldFor: '208#8', holdUntil });
    for (const each of [leased, held]) await ledger.write('208:held-again', each);
    clock.pass(3000);
    await ledger.write('208:held-again', {
      ...held,
      version: held.version + 1,
      updatedAt: clock.now().toISOString(),
    });
    const listHoldOver = createListHoldOver(table(), { destinations: ['crm'], now: clock.now });
    const isOver = async () =>
      (await listHoldOver(100)).some(({ conversationId }) => conversationId === '208:held-again');
    expect(await isOver()).toBe(false);
    clock.pass(600);
    expect(await isOver()).toBe(true);
  });

  test('is not listed once it was put back', async () => {
    const clock = createClock('2026-06-01T08:00:00Z');
    const ledger = createLedger(table(), { ...retention, now: clock.now });
    const [leased, held] = firstAttempt(clock.now(), { state: 'held', heldFor: '208#7' });
    for (const each of [leased, held]) await ledger.write('208:put-back', each);
    const requeued = requeue(held, clock.now());
    if (requeued.kind !== 'changed') throw new Error('what is held can be put back');
    await ledger.write('208:put-back', requeued.delivery);
    expect(await createListHeld(table())(clock.now(), 100)).toEqual([]);
  });
};
