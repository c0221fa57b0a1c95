import { describe, expect, test } from '@jest/globals';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { acquireLease } from '../../../lambda/delivery/lease.ts';
import { complete, park, postpone, requeue } from '../../../lambda/delivery/state-machine.ts';

const start = Date.parse('2026-05-01T08:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1000);
const text = (seconds: number) => at(seconds).toISOString();
/** The contents of one chat, in the order in which they came. */
const revisions: Readonly<Record<string, string>> = { first: '1', longer: '2' };
const wanted = (seconds: number, contentHash = 'first') => ({
  destination: 'crm',
  contentHash,
  revision: revisions[contentHash] ?? '',
  now: at(seconds),
  leaseUntil: at(seconds + 30),
  isIsolated: true,
  person: { email: null, phone: null },
});

function acquired(known: Delivery | undefined, seconds: number, contentHash?: string): Delivery {
  const result = acquireLease(known, wanted(seconds, contentHash));
  if (result.kind !== 'acquired') throw new Error(`expected a lease, got ${result.kind}`);
  return result.delivery;
}
/** A delivery whose last attempts have died, each a minute after the one before. */
const crashed = (times: number): Delivery =>
  Array.from({ length: times }).reduce<Delivery>(
    (known, _, index) => acquired(known, 60 * (index + 1)),
    acquired(undefined, 0),
  );
const delivered = () => ({
  ...complete(acquired(undefined, 0), at(1), { state: 'delivered' }),
  logId: '70',
  loggedHash: 'first',
});

describe('a delivery may be attempted', () => {
  test('if nothing is known of it', () => {
    expect(acquired(undefined, 0)).toMatchObject({
      state: 'pending',
      attempts: 1,
      version: 1,
      inDoubt: false,
      leaseUntil: text(30),
    });
  });

  test('when its next attempt is due, and not before', () => {
    const failed = complete(acquired(undefined, 0), at(1), { state: 'pending', nextAttemptAt: text(60) });
    expect(acquireLease(failed, wanted(59))).toEqual({ kind: 'pending', until: at(60) });
    expect(acquired(failed, 60)).toMatchObject({ attempts: 2, since: text(0) });
  });

  test('by one at a time: the other looks again within 3 seconds', () => {
    const first = acquired(undefined, 0);
    expect(acquireLease(first, wanted(1))).toEqual({ kind: 'busy', until: at(4) });
    expect(acquireLease(first, wanted(29))).toEqual({ kind: 'busy', until: at(30) });
    expect(acquireLease(first, wanted(1, 'longer'))).toEqual({ kind: 'busy', until: at(4) });
  });

  test('again with new content, from the beginning, with the vendor’s ids', () => {
    const longer = acquired(delivered(), 100, 'longer');
    expect(longer).toMatchObject({ attempts: 1, since: text(100), logId: '70', loggedHash: 'first' });
  });

  test('with new content at once, even if the old was to wait', () => {
    const failed = complete(acquired(undefined, 0), at(1), { state: 'pending', nextAttemptAt: text(600) });
    expect(acquired(failed, 2, 'longer')).toMatchObject({ attempts: 1, nextAttemptAt: null });
  });

  test('with new content even if the old was parked', () => {
    const parked = complete(acquired(undefined, 0), at(1), { state: 'parked', reason: 'no such field' });
    expect(acquired(parked, 9, 'longer')).toMatchObject({ state: 'pending', reason: null });
  });

  test('not with older content, whether the newer is on its way or was delivered', () => {
    const longer = acquired(undefined, 0, 'longer');
    expect(acquireLease(longer, wanted(1, 'first'))).toEqual({ kind: 'done' });
    expect(acquireLease(longer, wanted(31, 'first'))).toEqual({ kind: 'done' });
    expect(acquireLease(complete(longer, at(2), { state: 'delivered' }), wanted(3, 'first'))).toEqual({ kind: 'done' });
  });

  test.each(['delivered', 'held', 'parked', 'skipped'] as const)('not with the same content once it is %s', (state) => {
    const known = complete(acquired(undefined, 0), at(1), { state });
    expect(acquireLease(known, wanted(1000))).toEqual({ kind: 'done' });
  });
});

describe('after an attempt died, a delivery', () => {
  test('is attempted again when the lease has run out, in doubt of what was written', () => {
    expect(acquireLease(acquired(undefined, 0), wanted(29))).toMatchObject({ kind: 'busy' });
    expect(acquired(acquired(undefined, 0), 30)).toMatchObject({ attempts: 2, crashCount: 1, inDoubt: true });
  });

  test('is attempted only in isolation', () => {
    const died = acquired(undefined, 0);
    expect(acquireLease(died, { ...wanted(30), isIsolated: false })).toEqual({ kind: 'quarantined' });
    expect(acquireLease(died, { ...wanted(30, 'longer'), isIsolated: false })).toEqual({ kind: 'quarantined' });
    expect(acquireLease(died, { ...wanted(29), isIsolated: false })).toMatchObject({ kind: 'busy' });
  });

  test('stays in doubt through failures and new content, until it is delivered', () => {
    const failed = complete(crashed(1), at(61), { state: 'pending', nextAttemptAt: text(70) });
    expect(failed).toMatchObject({ inDoubt: true });
    expect(acquired(failed, 70)).toMatchObject({ inDoubt: true });
    expect(acquired(failed, 71, 'longer')).toMatchObject({ inDoubt: true });
    expect(acquired(crashed(1), 100, 'longer')).toMatchObject({ inDoubt: true, attempts: 1 });
    expect(complete(acquired(failed, 70), at(71), { state: 'delivered', inDoubt: false })).toMatchObject({
      inDoubt: false,
    });
  });

  test('is left alone until what is in doubt can be found, by a newer copy too', () => {
    const failed = complete(acquired(undefined, 0), at(1), {
      state: 'pending',
      inDoubt: true,
      nextAttemptAt: text(91),
    });
    expect(acquireLease(failed, wanted(2, 'longer'))).toMatchObject({ kind: 'confirmed', until: at(91) });
    expect(acquired(failed, 91, 'longer')).toMatchObject({ contentHash: 'longer', inDoubt: true });
  });

  test('is left alone as long by a replay, and no longer by a second one', () => {
    const failed = complete(acquired(undefined, 0), at(1), {
      state: 'pending',
      inDoubt: true,
      nextAttemptAt: text(600),
    });
    const replayed = { state: 'pending', inDoubt: true, nextAttemptAt: text(91) } as const;
    expect(requeue(failed, at(2))).toMatchObject({ delivery: replayed });
    expect(requeue({ ...failed, ...replayed, updatedAt: text(2) }, at(3))).toMatchObject({ delivery: replayed });
    expect(requeue(failed, at(100))).toMatchObject({ delivery: { nextAttemptAt: text(100) } });
  });

  test('is left alone as long if it was parked after half a note, by a newer copy and by a replay', () => {
    const parked = complete(acquired(undefined, 0), at(1), { state: 'parked', reason: 'No.', inDoubt: true });
    expect(acquireLease(parked, wanted(2, 'longer'))).toEqual({ kind: 'busy', until: at(91) });
    expect(acquired(parked, 91, 'longer')).toMatchObject({ contentHash: 'longer', inDoubt: true });
    expect(requeue(parked, at(2))).toMatchObject({ delivery: { nextAttemptAt: text(91) } });
    expect(requeue(parked, at(100))).toMatchObject({ delivery: { nextAttemptAt: text(100) } });
  });

  test('remembers whom its attempts were for, as long as it is in doubt', () => {
    const [eva, adam] = [
      { email: 'eva@example.com', phone: null },
      { email: 'adam@example.com', phone: null },
    ];
    const leased = { ...acquired(undefined, 0), attemptedFor: [eva] };
    const next = acquireLease(leased, { ...wanted(60, 'longer'), person: adam });
    expect(next).toMatchObject({ kind: 'acquired', delivery: { attemptedFor: [eva, adam] } });
    const delivered = complete({ ...leased, attemptedFor: [eva, adam] }, at(61), {
      state: 'delivered',
      inDoubt: false,
    });
    expect(delivered.attemptedFor).toEqual([]);
  });

  test('has the crash in its history, before the attempt that follows', () => {
    const failed = complete(crashed(1), at(61), { state: 'pending', reason: 'down', fault: 'retryable' });
    expect(failed.history).toEqual([
      { startedAt: text(0), durationMs: null, outcome: 'crashed', fault: null, reason: null },
      { startedAt: text(60), durationMs: 1000, outcome: 'retry', fault: 'retryable', reason: 'down' },
    ]);
  });

  test('has its crashes counted only as long as they come in a row', () => {
    expect(crashed(3)).toMatchObject({ crashCount: 3 });
    expect(acquired(complete(crashed(3), at(200), { state: 'pending' }), 201)).toMatchObject({ crashCount: 0 });
    expect(acquired(postpone(crashed(3), at(200), { until: at(201) }), 201)).toMatchObject({ crashCount: 0 });
  });

  test('is parked once five in a row have died, and says so', () => {
    const result = acquireLease(crashed(4), wanted(300));
    expect(result).toMatchObject({ kind: 'poison', delivery: { state: 'parked', leaseUntil: null, inDoubt: true } });
    expect(result).toMatchObject({ delivery: { reason: expect.stringMatching(/died 5 times/), fault: 'unexpected' } });
    expect(result).toMatchObject({ delivery: { version: crashed(4).version + 1 } });
    expect(acquireLease(crashed(3), wanted(240))).toMatchObject({ kind: 'acquired' });
    const later = acquireLease(crashed(4), { ...wanted(300), revision: '9' });
    expect(later).toMatchObject({ kind: 'poison', delivery: { revision: '9' } });
  });
});

describe('a later copy is noted, so that no copy in between replaces it, if its content', () => {
  test('is final already', () => {
    const delivered = complete(acquired(undefined, 0), at(1), { state: 'delivered' });
    const again = acquireLease(delivered, { ...wanted(2), revision: '9' });
    expect(again).toMatchObject({ kind: 'confirmed', delivery: { state: 'delivered', revision: '9', version: 3 } });
    expect(acquireLease({ ...delivered, revision: '9' }, wanted(3, 'longer'))).toEqual({ kind: 'done' });
  });

  test.each([
    ['waits for its next attempt', { contentHash: 'first', inDoubt: false }],
    ['is kept out by what is in doubt', { contentHash: 'last', inDoubt: true }],
  ])('%s', (_what, { contentHash, inDoubt }) => {
    const next = { state: 'pending', inDoubt, nextAttemptAt: text(91) } as const;
    const failed = complete(acquired(undefined, 0), at(1), next);
    const last = { ...wanted(2, contentHash), revision: '9' };
    const again = acquireLease(failed, last);
    const noted = { state: 'pending', contentHash: 'first', revision: '9', version: 3 } as const;
    expect(again).toMatchObject({ kind: 'confirmed', until: at(91), delivery: noted });
    expect(acquireLease({ ...failed, ...noted }, wanted(100, 'longer'))).toEqual({ kind: 'done' });
    expect(acquireLease({ ...failed, ...noted }, { ...last, now: at(91) })).toMatchObject({
      kind: 'acquired',
      delivery: { contentHash, revision: '9' },
    });
  });
});

describe('the end of an attempt', () => {
  test('gives the lease back and forgets the last failure', () => {
    const failed = complete(acquired(undefined, 0), at(1), { state: 'pending', reason: 'down', fault: 'retryable' });
    expect(complete(acquired(failed, 2), at(3), { state: 'delivered' })).toMatchObject({
      leaseUntil: null,
      nextAttemptAt: null,
      reason: null,
      fault: null,
      version: 4,
    });
  });

  test('is remembered with its outcome, the last twenty of them', () => {
    let known = acquired(undefined, 0);
    for (let seconds = 1; seconds <= 25; seconds += 1) {
      known = acquired(complete(known, at(seconds), { state: 'pending', reason: 'x'.repeat(1000) }), seconds);
    }
    expect(known.history).toHaveLength(20);
    expect(known.history.at(-1)).toMatchObject({ startedAt: text(24), durationMs: 1000, outcome: 'retry' });
    expect(known.history.at(-1)?.reason).toHaveLength(300);
  });
});

describe('a delivery that is postponed', () => {
  test('counts no attempt, has no new history and comes back then', () => {
    const postponed = postpone(acquired(undefined, 0), at(1), { until: at(11) });
    expect(postponed).toMatchObject({ state: 'pending', attempts: 0, leaseUntil: null, nextAttemptAt: text(11) });
    expect(postponed.history).toEqual([]);
    expect(acquireLease(postponed, wanted(10))).toEqual({ kind: 'pending', until: at(11) });
    expect(acquired(postponed, 11)).toMatchObject({ attempts: 1, inDoubt: false });
  });

  test('remembers that it awaits a second look, unless new content has come', () => {
    const looked = postpone(acquired(undefined, 0), at(1), { until: at(11), awaitsSecondLook: true });
    expect(acquired(looked, 11)).toMatchObject({ awaitsSecondLook: true });
    expect(acquired(looked, 2, 'longer')).toMatchObject({ awaitsSecondLook: false });
  });
});

test('a delivery that is parked while an attempt may have died is in doubt', () => {
  expect(park(acquired(undefined, 0), at(60), 'gone')).toMatchObject({
    state: 'parked',
    reason: 'gone',
    inDoubt: true,
  });
  expect(park(delivered(), at(60), 'gone')).toMatchObject({ inDoubt: false, logId: '70' });
});
