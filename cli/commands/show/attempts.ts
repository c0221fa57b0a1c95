import { type Delivery, isLeased, maxHistory, type PastAttempt } from '../../../lambda/delivery/delivery.ts';
import { dim, printable, stateText, wrapped } from '../../lib/terminal/output.ts';
import type { Times } from '../../lib/time.ts';

/** The attempts, newest first, each with its reason unless it is the one above. */
export function attemptLines(delivery: Delivery, now: Date, times: Times): readonly string[] {
  const past = delivery.history.toReversed();
  const lines = past.flatMap((attempt, index) => [
    `${attemptLine(attempt, times)}${isAsAbove(attempt, past[index - 1]) ? sameReason : ''}`,
    ...reasonLines(attempt, past[index - 1] ?? delivery),
  ]);
  return [
    ...underWay(delivery, now, times),
    ...lines,
    ...(past.length < maxHistory ? [] : [dim('  Earlier attempts are not kept.')]),
  ];
}

/** An expired lease belonged to an attempt that crashed. */
function underWay(delivery: Delivery, now: Date, times: Times): readonly string[] {
  if (delivery.leaseUntil === null) return [];
  const outcome = isLeased(delivery, now) ? 'under way' : 'crashed';
  return [attemptLine({ startedAt: delivery.updatedAt, durationMs: null, outcome }, times)];
}

type Head = Pick<PastAttempt, 'startedAt' | 'durationMs'> & { readonly outcome: PastAttempt['outcome'] | 'under way' };

function attemptLine(attempt: Head, times: Times): string {
  const { outcome } = attempt;
  const padding = ' '.repeat('delivered'.length - outcome.length);
  const duration = durationOf(attempt).padStart(7);
  return `  ${times.exact(attempt.startedAt)}  ${stateText(outcome)}${padding}  ${duration}`.trimEnd();
}

const durationOf = ({ durationMs }: Head) => {
  if (durationMs === null) return '';
  return durationMs < 10_000 ? `${durationMs} ms` : `${Math.round(durationMs / 1000)} s`;
};

const sameReason = '  for the same reason';

const isAsAbove = ({ reason }: PastAttempt, above: PastAttempt | undefined) =>
  reason !== null && reason === above?.reason;

function reasonLines({ reason }: PastAttempt, above: Pick<PastAttempt, 'reason'>): readonly string[] {
  if (reason === null || reason === above.reason) return [];
  return wrapped(printable(reason), { first: '    ', next: '    ', breaksWords: true });
}
