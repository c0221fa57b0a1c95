import { expect, test } from '@jest/globals';
import { attemptLines } from '../../../cli/commands/show/text.ts';
import { createTimes } from '../../../cli/lib/time.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { acquireLease } from '../../../lambda/delivery/lease.ts';
import { complete, type Outcome } from '../../../lambda/delivery/state-machine.ts';

const times = createTimes('Europe/Prague', new Date(Date.UTC(2026, 4, 2)));
const at = (seconds: number) => new Date(Date.UTC(2026, 4, 1, 6, 0, 0) + seconds * 1000);

function begun(known: Delivery | undefined, seconds: number): Delivery {
  const wanted = {
    destination: 'crm',
    contentHash: 'a',
    revision: 'a',
    person: { email: null, phone: null },
    isIsolated: true,
  };
  const lease = acquireLease(known, { ...wanted, now: at(seconds), leaseUntil: at(seconds + 30) });
  if (lease.kind !== 'acquired') throw new Error(`nothing began: ${lease.kind}`);
  return lease.delivery;
}
const made = (known: Delivery | undefined, seconds: number, ms: number, outcome: Outcome) =>
  complete(begun(known, seconds), new Date(at(seconds).getTime() + ms), outcome);
const busy: Outcome = { state: 'pending', reason: 'The CRM is busy.', fault: 'retryable' };
const away: Outcome = { ...busy, reason: 'The CRM is away.' };

test('one that succeeded is one line', () => {
  expect(attemptLines(made(undefined, 0, 34, { state: 'delivered' }), at(60), times)).toEqual([
    '  01 May 08:00:00  delivered    34 ms',
  ]);
});

test('the newest is first, and a reason stands where it is not the one above', () => {
  const failed = [busy, away, away].reduce<Delivery | undefined>(
    (known, outcome, index) => made(known, index * 100, 12_000, outcome),
    undefined,
  );
  if (failed === undefined) throw new Error('nothing was attempted');
  // "The CRM is away." is told of the delivery itself.
  expect(attemptLines(failed, at(400), times)).toEqual([
    '  01 May 08:03:20  retry         12 s',
    '  01 May 08:01:40  retry         12 s  for the same reason',
    '  01 May 08:00:00  retry         12 s',
    '    The CRM is busy.',
  ]);
});

test('one that has not ended is under way as long as its time lasts', () => {
  const crashed = begun(begun(undefined, 0), 60);
  expect(attemptLines(crashed, at(61), times)).toEqual(['  01 May 08:01:00  under way', '  01 May 08:00:00  crashed']);
  expect(attemptLines(crashed, at(120), times)[0]).toBe('  01 May 08:01:00  crashed');
});

test('that there were more is said', () => {
  let delivery: Delivery | undefined;
  for (let count = 0; count < 40; count += 1) delivery = made(delivery, 60 * count, 1, busy);
  if (delivery === undefined) throw new Error('nothing was attempted');
  const lines = attemptLines(delivery, at(3600), times);
  expect([lines.length, lines.at(-1)]).toEqual([21, '  Earlier attempts are not kept.']);
});

test('a vendor’s words do not act on the terminal', () => {
  const failed = made(undefined, 0, 1, { ...busy, reason: 'No.\u001b[2J\u202e' });
  const delivered = made(failed, 60, 1, { state: 'delivered' });
  expect(attemptLines(delivered, at(90), times).at(-1)).toBe('    No.\\u{1b}[2J\\u{202e}');
});
