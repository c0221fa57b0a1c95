import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { OutOfTime } from '../../../lambda/delivery/batch-loader.ts';
import { createRetryPolicy, type Stage, StageError } from '../../../lambda/delivery/failures.ts';

const since = new Date('2026-05-01T08:00:00Z');
const policy = (random = 0) => createRetryPolicy({ giveUpAfterHours: 24, random: () => random });
const retryable = (retryAfterMs?: number) =>
  new CrmError('busy', { kind: 'retryable', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
const first = { attempts: 1, since, now: since, outcomeUnknown: false };
const delay = (error: unknown, attempts: number, random = 0, outcomeUnknown = false) => {
  const { decision } = policy(random)(error, { ...first, attempts, outcomeUnknown });
  return decision.kind === 'retry' ? decision.at.getTime() - since.getTime() : undefined;
};

test('a permanent fault is parked at once, with the vendor’s words', () => {
  const error = new CrmError('HubSpot answered 400: Property "x" does not exist', { kind: 'permanent' });
  expect(policy()(error, first)).toEqual({
    decision: { kind: 'park' },
    reason: error.message,
    fault: 'permanent',
  });
});

describe('a fault that passes', () => {
  test('backs off from 5 seconds to 15 minutes', () => {
    expect([1, 2, 3, 4, 20, 1000].map((attempts) => delay(retryable(), attempts))).toEqual([
      5_000, 10_000, 20_000, 40_000, 900_000, 900_000,
    ]);
  });

  test('waits as long as the vendor asked, and never less for the jitter', () => {
    expect(delay(retryable(3_600_000), 1)).toBe(3_600_000);
    expect(delay(retryable(3_600_000), 1, 0.999)).toBeGreaterThan(3_600_000);
    expect(delay(retryable(10), 3)).toBe(20_000);
  });

  test('never comes back before its time, whatever the dice say', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.nat(3_600_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, asked, dice) => {
          const wait = delay(retryable(asked), attempts + 1, dice) ?? Number.NaN;
          expect(wait).toBeGreaterThanOrEqual(asked);
          expect(wait).toBeLessThanOrEqual(Math.max(asked, 900_000) * 1.2);
        },
      ),
    );
  });

  test('is given up by the clock, not by a count', () => {
    const now = new Date(since.getTime() + 23.9 * 3_600_000);
    expect(policy()(retryable(), { ...first, attempts: 1000, now })).toMatchObject({ decision: { kind: 'park' } });
    expect(policy()(retryable(), { ...first, attempts: 1000, now }).reason).toBe(
      'Gave up after 24 hours. Last error: busy',
    );
    expect(policy()(retryable(), { ...first, now })).toMatchObject({ decision: { kind: 'retry' } });
  });
});

test.each(['credentials', 'redirected'] as const)('%s: tried slowly, since an operator must act', (kind) => {
  const error = new CrmError('token expired', { kind });
  expect(delay(error, 1)).toBe(1_800_000);
  expect(policy()(error, first).fault).toBe(kind);
});

test('an unknown outcome is left alone for 90 seconds at least, in which the CRM may still commit it', () => {
  expect([1, 2, 5, 20].map((attempts) => delay(retryable(), attempts, 0, true))).toEqual([
    90_000, 90_000, 90_000, 900_000,
  ]);
  expect(delay(retryable(3_600_000), 1, 0, true)).toBe(3_600_000);
  expect(delay(new TypeError('a bug'), 1, 0, true)).toBe(90_000);
});

test('an unexpected error is tried again, and its message is not repeated', () => {
  const verdict = policy()(new TypeError('cannot read dusan@example.com'), first);
  expect(verdict).toMatchObject({ decision: { kind: 'retry' }, fault: 'unexpected' });
  expect(verdict.reason).not.toContain('dusan');
});

const lost = new CrmError('reset', { kind: 'retryable' }, { outcomeUnknown: true });
const refused = new CrmError('busy', { kind: 'retryable' });

test.each<[Stage, unknown, boolean, boolean]>([
  ['contact', lost, true, false],
  ['note', lost, true, true],
  ['follow-up', lost, true, true],
  ['note', refused, false, false],
  ['note', new TypeError('a bug'), true, true],
  ['contact', new TypeError('a bug'), true, false],
  ['plan', new TypeError('a bug'), false, false],
  ['note', new OutOfTime(), false, false],
])('after a %s with %s the outcome is unknown: %j, and in doubt: %j', (stage, cause, isOutcomeUnknown, leavesDoubt) => {
  expect(new StageError(stage, cause)).toMatchObject({ isOutcomeUnknown, leavesDoubt });
});
