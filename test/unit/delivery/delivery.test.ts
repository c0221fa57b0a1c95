import { describe, expect, test } from '@jest/globals';
import { claim, type Delivery, settle } from '../../../lambda/delivering/ledger.ts';

const start = Date.parse('2026-05-01T08:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1000);
/** The contents of one chat, in the order in which they came. */
const revisions: Readonly<Record<string, string>> = { first: '1', longer: '2' };
const wanted = (seconds: number, contentHash = 'first') => ({
  destination: 'crm',
  contentHash,
  revision: revisions[contentHash] ?? '',
  now: at(seconds),
  leaseUntil: at(seconds + 30),
  isAlone: true,
});

function claimed(known: Delivery | undefined, seconds: number, contentHash?: string): Delivery {
  const result = claim(known, wanted(seconds, contentHash));
  if (result.kind !== 'claimed') throw new Error(`expected a claim, got ${result.kind}`);
  return result.delivery;
}
const delivered = (known?: Delivery) =>
  settle(claimed(known, 0), at(1), { state: 'delivered', contactId: '7', logId: '70', loggedHash: 'first' });

describe('a delivery may be attempted', () => {
  test('when nothing is known of it', () => {
    expect(claimed(undefined, 0)).toMatchObject({ state: 'pending', attempts: 1, version: 1, inDoubt: false });
  });

  test('when its next attempt is due, and not before', () => {
    const failed = settle(claimed(undefined, 0), at(1), { state: 'pending', nextAttemptAt: at(60).toISOString() });
    expect(claim(failed, wanted(59))).toEqual({ kind: 'later', at: at(60) });
    expect(claimed(failed, 60)).toMatchObject({ attempts: 2, since: at(0).toISOString() });
  });

  test('by one at a time; the other is told to come back soon', () => {
    const first = claimed(undefined, 0);
    expect(claim(first, wanted(1))).toEqual({ kind: 'later', at: at(4) });
    expect(claim(first, wanted(29))).toEqual({ kind: 'later', at: at(30) });
  });

  test('after another attempt died, in doubt of what that one wrote', () => {
    expect(claimed(claimed(undefined, 0), 30)).toMatchObject({ attempts: 2, inDoubt: true });
  });

  test('after another attempt died, only with nothing beside it', () => {
    const died = claimed(undefined, 0);
    expect(claim(died, { ...wanted(30), isAlone: false })).toEqual({ kind: 'suspect' });
    expect(claim(died, { ...wanted(29), isAlone: false })).toMatchObject({ kind: 'later' });
  });

  test('again with new content, from the beginning, keeping the vendor’s ids', () => {
    const longer = claimed(delivered(), 100, 'longer');
    expect(longer).toMatchObject({ attempts: 1, since: at(100).toISOString(), logId: '70', loggedHash: 'first' });
  });

  test('not with older content, once newer content was claimed', () => {
    const longer = claimed(undefined, 0, 'longer');
    expect(claim(longer, wanted(1, 'first'))).toMatchObject({ kind: 'settled' });
    expect(claim(settle(longer, at(2), { state: 'delivered' }), wanted(3, 'first'))).toMatchObject({ kind: 'settled' });
  });

  test('with new content even where the old was parked', () => {
    const parked = settle(claimed(undefined, 0), at(1), { state: 'parked', reason: 'no such field' });
    expect(claimed(parked, 9, 'longer')).toMatchObject({ state: 'pending', reason: null });
  });
});

test.each(['delivered', 'held', 'parked'] as const)(
  'the same content is not attempted again once it is %s',
  (state) => {
    const known = settle(claimed(undefined, 0), at(1), { state });
    expect(claim(known, wanted(1000))).toEqual({ kind: 'settled', isHeld: state === 'held' });
  },
);

test('a settled delivery gives its lease back and forgets the last failure', () => {
  const failed = settle(claimed(undefined, 0), at(1), { state: 'pending', reason: 'down', fault: 'retryable' });
  expect(settle(claimed(failed, 2), at(3), { state: 'delivered' })).toMatchObject({
    leaseUntil: null,
    nextAttemptAt: null,
    reason: null,
    fault: null,
    version: 4,
  });
});
