import { beforeEach, expect, test } from '@jest/globals';
import { claim, type Delivery, restart, settle } from '../../../lambda/delivering/ledger.ts';
import { createConversations, createReadBody } from '../../../lambda/store/conversations.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createListOverdue } from '../../../lambda/store/overdue.ts';
import { firstClaim } from './deliveries.ts';
import { type Clock, copyOf, createClock, newChannel, retention, type StoreTests } from './support.ts';

export const overdueTests: StoreTests = (table) => {
  let clock: Clock;
  let channelId = 0;
  beforeEach(() => {
    channelId = newChannel();
    clock = createClock();
  });
  const id = () => `208:${channelId}`;
  const ledger = () => createLedger(table(), { ...retention, now: clock.now });
  const inSeconds = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000);
  const listAt = async (before: Date) => {
    const readBody = createReadBody(table());
    const listed = await createListOverdue(table(), { readBody, ledger: ledger(), now: clock.now })(before, 100);
    // Other tests have left theirs pending.
    return listed.filter(({ conversationId }) => conversationId === id());
  };

  /** The first attempt died, and so may the second: this is it, under way, with its lease of 30 seconds. */
  const secondAttempt = async (): Promise<Delivery> => {
    const first = firstClaim(inSeconds(-31));
    await ledger().write(id(), first);
    const claimed = claim(first, { ...first, now: clock.now(), leaseUntil: inSeconds(30), isAlone: true });
    if (claimed.kind !== 'claimed') throw new Error('a lease that ran out can be taken over');
    await ledger().write(id(), claimed.delivery);
    return claimed.delivery;
  };

  test('is listed from the time at which it was due, with its body', async () => {
    const hello = copyOf(channelId, ['Hello']);
    await createConversations(table(), retention).record(hello);
    const first = firstClaim(clock.now());
    await ledger().write(id(), first);
    const nextAttemptAt = inSeconds(300).toISOString();
    await ledger().write(id(), settle(first, clock.now(), { state: 'pending', nextAttemptAt }));
    expect(await listAt(inSeconds(300))).toEqual([]);
    const [overdue] = await listAt(inSeconds(301));
    expect(overdue).toMatchObject({ conversationId: id(), destination: 'crm' });
    expect((await overdue?.read())?.body).toBe(hello.body);
  });

  test('is listed from the end of its lease where its attempt never ended', async () => {
    await secondAttempt();
    expect(await listAt(inSeconds(30))).toEqual([]);
    expect(await listAt(inSeconds(31))).toHaveLength(1);
  });

  test('is listed where it was restarted, and whoever took it up has died: its message may be nowhere', async () => {
    const held = settle(firstClaim(clock.now()), clock.now(), { state: 'held' });
    await ledger().write(id(), { ...held, version: 1 });
    const restarted = restart({ ...held, version: 1 }, clock.now());
    if (restarted.kind !== 'restarted') throw new Error('what is held can be restarted');
    await ledger().write(id(), restarted.delivery);
    const { delivery } = restarted;
    const claimed = claim(delivery, { ...delivery, now: clock.now(), leaseUntil: inSeconds(30), isAlone: false });
    if (claimed.kind !== 'claimed') throw new Error('what was restarted can be claimed');
    await ledger().write(id(), claimed.delivery);
    expect(await listAt(inSeconds(31))).toHaveLength(1);
  });

  test('is put off by a touch, which changes nothing else, and not where it was attempted meanwhile', async () => {
    const second = await secondAttempt();
    const [overdue] = await listAt(inSeconds(31));
    clock.pass(3600);
    await overdue?.touch();
    expect(await listAt(clock.now())).toEqual([]);
    expect(await ledger().read(id(), 'crm')).toEqual(second);

    const [again] = await listAt(inSeconds(1));
    const nextAttemptAt = inSeconds(-60).toISOString();
    await ledger().write(id(), settle(second, clock.now(), { state: 'pending', nextAttemptAt }));
    await again?.touch();
    expect(await listAt(inSeconds(-59))).toHaveLength(1);
  });

  test('is parked with a reason, its doubt and its attempts kept, and not where it was attempted meanwhile', async () => {
    const second = await secondAttempt();
    const [seen, seenToo] = [(await listAt(inSeconds(31)))[0], (await listAt(inSeconds(31)))[0]];
    clock.pass(3600);
    await seen?.park('It is gone.');
    expect(await listAt(inSeconds(100_000))).toEqual([]);
    const parked = await ledger().read(id(), 'crm');
    const { contentHash, revision, since, version } = second;
    expect(parked).toMatchObject({ contentHash, revision, since, state: 'parked', reason: 'It is gone.', fault: null });
    expect(parked).toMatchObject({ leaseUntil: null, nextAttemptAt: null, inDoubt: true, version: version + 1 });
    expect(parked?.earlier).toHaveLength(2);
    await seenToo?.park('Another reason.');
    expect(await ledger().read(id(), 'crm')).toEqual(parked);
  });

  test.each(['delivered', 'held', 'skipped', 'parked'] as const)('is not listed once it is %s', async (state) => {
    const first = firstClaim(clock.now());
    await ledger().write(id(), first);
    await ledger().write(id(), settle(first, clock.now(), { state }));
    expect(await listAt(inSeconds(100_000))).toEqual([]);
  });

  test('can be forgotten where its conversation is gone', async () => {
    await secondAttempt();
    const [overdue] = await listAt(inSeconds(31));
    expect(await overdue?.read()).toBeUndefined();
    await overdue?.forget();
    expect(await listAt(inSeconds(31))).toEqual([]);
  });

  test('is no more due, and not forgotten, where an erasure has begun that goes by it', async () => {
    await createConversations(table(), retention).record(copyOf(channelId, ['Hello']));
    const delivery = await secondAttempt();
    await createErasure(table(), clock.now).begin(id());
    const [overdue] = await listAt(inSeconds(31));
    expect(await overdue?.read()).toBeUndefined();
    await overdue?.forget();
    expect(await listAt(inSeconds(31))).toEqual([]);
    expect(await ledger().read(id(), 'crm')).toEqual(delivery);
  });
};
