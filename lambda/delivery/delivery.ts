import type { MatchKeys } from '../conversation/match-keys.ts';
import type { Instant } from '../conversation/model.ts';
import type { Refusal } from '../crm/port/errors.ts';
import type { FaultKind } from './failures.ts';

/** One conversation at one destination: what the CRM has of it, and what is left to do. */
export type Delivery = {
  readonly destination: string;
  readonly state: DeliveryState;
  /** The content that `state` refers to. */
  readonly contentHash: string;
  /** Orders the copies of a chat: the newer has the greater. */
  readonly revision: string;
  /** The CRM's ids, once they are known. */
  readonly contactId: string | null;
  /** A digest of the person key that `contactId` was found by. */
  readonly personDigest: string | null;
  readonly logId: string | null;
  /** The content that the CRM holds under `logId`. */
  readonly loggedHash: string | null;
  readonly followUpId: string | null;
  /** The chat's files that the CRM has. */
  readonly files: readonly CopiedFile[];
  /** An attempt may have written something whose id was never seen: look for it before writing. */
  readonly inDoubt: boolean;
  /** The visitors of attempts with an unknown outcome: what is in doubt may be on any of their contacts. */
  readonly attemptedFor: readonly MatchKeys[];
  /** The first look found nothing that identifies the visitor. */
  readonly awaitsSecondLook: boolean;
  /** If held: the visitor whose identity it waits for, from `accountVisitor`. */
  readonly heldFor: string | null;
  /** If held: until when it waits for that; null if there is no limit. */
  readonly holdUntil: Instant | null;
  /** Only imported copies of the chat have come, or it was filled in later: it gets no follow-up. */
  readonly isHistory?: boolean;
  /** Consecutive attempts during which the process died. */
  readonly crashCount: number;
  readonly attempts: number;
  /** The first attempt at this content: giving up is decided by time, not by count. */
  readonly since: Instant;
  readonly nextAttemptAt: Instant | null;
  /** No other process may start an attempt before then. */
  readonly leaseUntil: Instant | null;
  /** Why it is held, skipped or parked, or why the last attempt failed. */
  readonly reason: string | null;
  readonly fault: FaultKind | null;
  /** If it is parked or held: an operator has seen it, and wants nothing done. */
  readonly dismissal: Dismissal | null;
  /** Values that the CRM did not accept, each as `field (code)`: only the transcript has the value. */
  readonly warnings: readonly string[];
  /** The last `maxHistory` finished attempts, oldest first. */
  readonly history: readonly PastAttempt[];
  readonly updatedAt: Instant;
  /** Counts the writes: a write succeeds only if it is the next one. */
  readonly version: number;
};

export type CopiedFile = {
  /** From `keyOf`. */
  readonly key: string;
  /** The CRM's id. */
  readonly id: string;
};

export type Dismissal = {
  /** The operator: a user of AWS or of the machine. */
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
};

export type PastAttempt = {
  readonly startedAt: Instant;
  /** Null if the process died. */
  readonly durationMs: number | null;
  readonly outcome: Exclude<DeliveryState, 'pending'> | 'retry' | 'crashed';
  readonly fault: FaultKind | null;
  readonly reason: string | null;
};

export const maxHistory = 20;

const maxWarnings = 20;

/** A value that the CRM did not accept, and its code for the reason. */
export type Warning = Pick<Refusal, 'field' | 'code'>;

export const withWarnings = (
  { warnings }: Pick<Delivery, 'warnings'>,
  refused: readonly Warning[],
): Pick<Delivery, 'warnings'> => ({
  warnings: [...new Set([...warnings, ...refused.map(({ field, code }) => `${field} (${code})`)])].slice(
    0,
    maxWarnings,
  ),
});

/** Delivered, but without something that the CRM refused. */
export const isWarned = ({ state, warnings }: Pick<Delivery, 'state' | 'warnings'>): boolean =>
  state === 'delivered' && warnings.length > 0;

export type DeliveryKey = Pick<Delivery, 'destination' | 'contentHash' | 'revision'>;

/** When the chat was first received: `receivedAt` may belong to a later copy than the first attempt's. */
export const firstSeenAt = ({ since, history }: Pick<Delivery, 'since' | 'history'>, receivedAt: Date): Instant =>
  [receivedAt.toISOString(), since, ...history.map(({ startedAt }) => startedAt)].reduce((a, b) => (a < b ? a : b));

export const shownState = ({ state, dismissal }: Pick<Delivery, 'state' | 'dismissal'>): ShownState =>
  dismissal === null ? state : 'dismissed';

/** When a pending delivery is due at the latest: its next attempt, or the end of its lease. */
export const dueAt = ({ leaseUntil, nextAttemptAt, updatedAt }: Delivery): Instant =>
  leaseUntil ?? nextAttemptAt ?? updatedAt;

export const isLeased = ({ leaseUntil }: Delivery, now: Date): boolean => isAhead(leaseUntil, now);

export const isAhead = (instant: Instant | null, now: Date): instant is Instant =>
  instant !== null && Date.parse(instant) > now.getTime();

/**
 * `pending`: to be attempted at `nextAttemptAt`; `delivered`; `held`: nothing identifies the visitor yet; `skipped`: a
 * rule excludes it; `parked`: no more automatic attempts, an operator must look.
 */
export type DeliveryState = 'pending' | 'delivered' | 'held' | 'skipped' | 'parked';

/** `dismissed`: parked or held, and an operator has seen it and wants nothing done. */
export type ShownState = DeliveryState | 'dismissed';
