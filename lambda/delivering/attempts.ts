import type { Instant } from '../conversation/model.ts';
import type { DeliveryState } from '../conversation/status.ts';
import type { Delivery } from './ledger.ts';
import type { FaultKind } from './retry-policy.ts';

/** How one attempt at a delivery went. */
export type Attempt = {
  /** When it began; when it ended, where release 0.1 made it. */
  readonly at: Instant;
  /** Null where it has not ended, or nobody knows. */
  readonly durationMs: number | null;
  /** What it came to; `retry` is to be made again, `unfinished` is under way or died with its process. */
  readonly outcome: Exclude<DeliveryState, 'pending'> | 'retry' | 'unfinished';
  readonly fault: FaultKind | null;
  /** In the vendor's words, never the visitor's. */
  readonly reason: string | null;
};

/** How many attempts are known of at most: the last ones. */
export const mostAttempts = 20;
/** Characters. */
const longestReason = 300;

/** Every attempt that is known of, at this content and at former ones, the latest last. */
export function attemptsOf(delivery: Delivery): readonly Attempt[] {
  const latest = latestOf(delivery);
  return latest === undefined ? delivery.earlier : [...delivery.earlier, latest];
}

/**
 * What is to be kept of them when something new begins. Until then a delivery tells of its latest attempt by itself:
 * most are delivered by their first, and keep no list.
 */
export const earlierAttempts = (delivery: Delivery): readonly Attempt[] =>
  attemptsOf(delivery)
    .slice(1 - mostAttempts)
    .map((attempt) => ({ ...attempt, reason: attempt.reason && shortened(attempt.reason) }));

function latestOf({ state, reason, fault, leaseUntil, updatedAt, durationMs }: Delivery): Attempt | undefined {
  if (leaseUntil !== null) return { at: updatedAt, durationMs: null, outcome: 'unfinished', fault: null, reason: null };
  // It waits for its turn, or is to be made anew: nothing was attempted since.
  if (state === 'pending' && fault === null) return undefined;
  const at = new Date(Date.parse(updatedAt) - (durationMs ?? 0)).toISOString();
  return { at, durationMs, outcome: state === 'pending' ? 'retry' : state, fault, reason };
}

const shortened = (text: string) =>
  text.length <= longestReason ? text : `${text.slice(0, longestReason - 1).toWellFormed()}…`;
