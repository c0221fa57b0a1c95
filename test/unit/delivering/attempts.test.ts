import { describe, expect, test } from '@jest/globals';
import { attemptsOf, mostAttempts } from '../../../lambda/delivering/attempts.ts';
import { type Change, claim, type Delivery, restart, settle } from '../../../lambda/delivering/ledger.ts';

const at = (seconds: number) => new Date(Date.parse('2026-05-01T08:00:00Z') + seconds * 1000);
const iso = (seconds: number) => at(seconds).toISOString();

function begun(known: Delivery | undefined, seconds: number, content = 'a'): Delivery {
  const wanted = { destination: 'crm', contentHash: content, revision: content, isAlone: true };
  const claimed = claim(known, { ...wanted, now: at(seconds), leaseUntil: at(seconds + 30) });
  if (claimed.kind === 'claimed' || claimed.kind === 'deadly') return claimed.delivery;
  throw new Error(`nothing began: ${claimed.kind}`);
}
/** An attempt of two seconds. */
const made = (known: Delivery | undefined, seconds: number, change: Change, content?: string) =>
  settle(begun(known, seconds, content), at(seconds + 2), change);
const busy: Change = { state: 'pending', reason: 'The CRM is busy.', fault: 'retryable' };
const outcomes = (delivery: Delivery) => attemptsOf(delivery).map(({ outcome }) => outcome);

test('a delivery that succeeds at once tells of it by itself, and keeps no list', () => {
  const delivered = made(undefined, 0, { state: 'delivered' });
  expect(delivered.earlier).toEqual([]);
  expect(attemptsOf(delivered)).toEqual([
    { at: iso(0), durationMs: 2000, outcome: 'delivered', fault: null, reason: null },
  ]);
});

describe('every attempt is told of, the latest last:', () => {
  test('failures, each with its reason, then success', () => {
    const failed = made(made(undefined, 0, busy), 10, { ...busy, reason: 'The CRM is away.' });
    expect(attemptsOf(made(failed, 20, { state: 'delivered' }))).toEqual([
      { at: iso(0), durationMs: 2000, outcome: 'retry', fault: 'retryable', reason: 'The CRM is busy.' },
      { at: iso(10), durationMs: 2000, outcome: 'retry', fault: 'retryable', reason: 'The CRM is away.' },
      { at: iso(20), durationMs: 2000, outcome: 'delivered', fault: null, reason: null },
    ]);
  });

  test('one that is under way, and those that died', () => {
    const died = begun(begun(undefined, 0), 60);
    expect(attemptsOf(died)).toEqual(
      [0, 60].map((seconds) => ({
        at: iso(seconds),
        durationMs: null,
        outcome: 'unfinished',
        fault: null,
        reason: null,
      })),
    );
  });

  test('those that died until it was parked: as many as there were', () => {
    let delivery: Delivery | undefined;
    for (let minute = 0; delivery?.state !== 'parked'; minute += 1) delivery = begun(delivery, 60 * minute);
    expect(outcomes(delivery)).toEqual([...new Array(delivery.attempts - 1).fill('unfinished'), 'parked']);
    expect(attemptsOf(delivery).at(-1)?.reason).toContain('died');
  });

  test('those at former content', () => {
    const rated = made(made(undefined, 0, { state: 'delivered' }), 100, { state: 'delivered' }, 'b');
    expect(outcomes(rated)).toEqual(['delivered', 'delivered']);
  });

  test('those before it was made anew', () => {
    const parked = made(undefined, 0, { state: 'parked', reason: 'No such field.', fault: 'permanent' });
    const restarted = restart(parked, at(60));
    if (restarted.kind !== 'restarted') throw new Error(restarted.why);
    expect(outcomes(restarted.delivery)).toEqual(['parked']);
    expect(outcomes(made(restarted.delivery, 61, { state: 'delivered' }))).toEqual(['parked', 'delivered']);
  });

  test('but waiting for one’s turn is none', () => {
    const waiting = made(made(undefined, 0, busy), 10, { state: 'pending', attempts: 1, nextAttemptAt: iso(14) });
    expect(outcomes(waiting)).toEqual(['retry']);
    expect(outcomes(made(waiting, 14, { state: 'delivered' }))).toEqual(['retry', 'delivered']);
  });
});

test('only the last are kept, with the beginnings of their reasons', () => {
  let delivery: Delivery | undefined;
  for (let count = 0; count < mostAttempts + 5; count += 1) {
    delivery = made(delivery, 60 * count, { ...busy, reason: `${count} ${'x'.repeat(1000)}` });
  }
  const kept = delivery === undefined ? [] : attemptsOf(delivery);
  expect(kept).toHaveLength(mostAttempts);
  expect(kept[0]?.reason).toMatch(/^5 x+…$/);
  expect(kept[0]?.reason).toHaveLength(300);
});
