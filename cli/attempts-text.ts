import { type Attempt, attemptsOf, mostAttempts } from '../lambda/delivering/attempts.ts';
import type { Delivery } from '../lambda/delivering/ledger.ts';
import { printable } from './terminal/escape.ts';
import { dim, stateText } from './terminal/output.ts';
import type { Times } from './terminal/time.ts';
import { wrapped } from './terminal/wrap.ts';

/** The attempts at a delivery, the newest first, each with its reason, or that it is the one above; indented. */
export function attemptLines(delivery: Delivery, now: Date, times: Times): readonly string[] {
  const attempts = attemptsOf(delivery).toReversed();
  const isUnderWay = delivery.leaseUntil !== null && Date.parse(delivery.leaseUntil) > now.getTime();
  const lines = attempts.flatMap((attempt, index) => [
    `${headLine(attempt, times, index === 0 && isUnderWay)}${isAsAbove(attempt, attempts[index - 1]) ? sameReason : ''}`,
    ...reasonLines(attempt, attempts[index - 1] ?? delivery),
  ]);
  return attempts.length < mostAttempts ? lines : [...lines, dim('  What was attempted before that is not kept.')];
}

function headLine(attempt: Attempt, times: Times, isUnderWay: boolean): string {
  const unfinished = isUnderWay ? 'under way' : 'died';
  const outcome = attempt.outcome === 'unfinished' ? unfinished : attempt.outcome;
  const padding = ' '.repeat('delivered'.length - outcome.length);
  const duration = durationOf(attempt).padStart(7);
  return `  ${times.exact(attempt.at)}  ${stateText(outcome)}${padding}  ${duration}`.trimEnd();
}

const durationOf = ({ durationMs }: Attempt) => {
  if (durationMs === null) return '';
  return durationMs < 10_000 ? `${durationMs} ms` : `${Math.round(durationMs / 1000)} s`;
};

const sameReason = '  for the same reason';

const isAsAbove = ({ reason }: Attempt, above: Attempt | undefined) => reason !== null && reason === above?.reason;

function reasonLines({ reason }: Attempt, above: Pick<Attempt, 'reason'>): readonly string[] {
  if (reason === null || reason === above.reason) return [];
  return wrapped(printable(reason), { first: '    ', next: '    ', breaksWords: true });
}
