import type { Instant } from '../conversation/model.ts';
import type { DeliveryState } from '../conversation/status.ts';
import type { FaultKind } from './retry-policy.ts';

/**
 * One conversation at one destination: what the CRM has of it, and what is being done about the rest.
 * `docs/architecture.md` draws its states and its timeline.
 */
export type Delivery = {
  readonly destination: string;
  readonly state: DeliveryState;
  /** The content that `state` speaks of. */
  readonly contentHash: string;
  /** Which copy of the chat that is: the newer of two has the greater. */
  readonly revision: string;
  /** The vendor's ids, as far as they are known. */
  readonly contactId: string | null;
  /** A digest of the key of the person whom `contactId` stands for. */
  readonly personDigest: string | null;
  readonly logId: string | null;
  /** The content that the CRM holds under `logId`. */
  readonly loggedHash: string | null;
  readonly followUpId: string | null;
  /** An attempt may have written something whose id was never seen: look for it before writing. */
  readonly inDoubt: boolean;
  /** Nothing identified the visitor at a first look. */
  readonly awaitsSecondLook: boolean;
  /** Of a held chat: the visitor whose identity it waits for, as `accountVisitor` has it. */
  readonly heldFor: string | null;
  /** Of a held chat: when it stops waiting for that; null if it waits for good. */
  readonly holdUntil: Instant | null;
  /** Attempts in a row that never ended: the process died with them. */
  readonly crashCount: number;
  /** Attempts at this content. */
  readonly attempts: number;
  /** The first attempt at this content: giving up goes by the clock. */
  readonly since: Instant;
  readonly nextAttemptAt: Instant | null;
  /** While an attempt is under way, until when nobody else may start one. */
  readonly leaseUntil: Instant | null;
  /** Why it is held, skipped or parked, or why the last attempt failed. */
  readonly reason: string | null;
  readonly fault: FaultKind | null;
  /** The last attempts that are over, the latest last. */
  readonly history: readonly PastAttempt[];
  readonly updatedAt: Instant;
  /** Counts writes: a write holds only if it is the next. */
  readonly version: number;
};

/** How one attempt went. */
export type PastAttempt = {
  readonly startedAt: Instant;
  /** Null if the process died with it. */
  readonly durationMs: number | null;
  readonly outcome: Exclude<DeliveryState, 'pending'> | 'retry' | 'crashed';
  readonly fault: FaultKind | null;
  /** In the vendor's words, never the visitor's. */
  readonly reason: string | null;
};

/** Which copy of the conversation is brought where. */
export type DeliveryKey = Pick<Delivery, 'destination' | 'contentHash' | 'revision'>;

/** What an attempt came to, beside what it learned on its way. */
export type Outcome = Pick<Delivery, 'state'> &
  Partial<Pick<Delivery, 'reason' | 'fault' | 'nextAttemptAt' | 'inDoubt' | 'heldFor' | 'holdUntil'>>;

export type LeaseResult =
  | { readonly kind: 'acquired'; readonly delivery: Delivery }
  /** It has killed too many processes: write it as parked. */
  | { readonly kind: 'poison'; readonly delivery: Delivery }
  /** Nothing to do for this content, or a newer copy has taken its place. */
  | { readonly kind: 'done' }
  /** Somebody else is at it, or it is too early: not before then. */
  | { readonly kind: 'busy'; readonly until: Date }
  /** The last attempt died, perhaps of this delivery: make the next one in isolation. */
  | { readonly kind: 'quarantined' };

/** How soon to look again at a delivery that somebody else is making; most take about a second. */
const leasePollMs = 3000;
/** A process may die of anything once; the same delivery should not kill one for ever. */
const maxCrashes = 5;
/** How many past attempts are known of at most: the last ones. */
export const maxHistory = 20;
/** Characters. */
const maxReasonLength = 300;

/**
 * Decides whether an attempt may start now. The delivery in the result must be written before it does, and only if
 * nothing was written since `known` was read.
 * @param wanted.isIsolated nothing else runs at the same time, so a crash takes nothing with it
 */
export function acquireLease(
  known: Delivery | undefined,
  wanted: DeliveryKey & { readonly now: Date; readonly leaseUntil: Date; readonly isIsolated: boolean },
): LeaseResult {
  const { destination, contentHash, revision, now, isIsolated } = wanted;
  const leaseUntil = wanted.leaseUntil.toISOString();
  const anew = { contentHash, revision, ...firstAttempt(now), leaseUntil };
  if (known === undefined) {
    return { kind: 'acquired', delivery: { destination, ...nothingWritten, ...anew, version: 1 } };
  }
  const isSameContent = known.contentHash === contentHash;
  // Older words must not replace newer ones.
  if (!isSameContent && known.revision > revision) return { kind: 'done' };
  if (isAhead(known.leaseUntil, now)) {
    return { kind: 'busy', until: new Date(Math.min(Date.parse(known.leaseUntil), now.getTime() + leasePollMs)) };
  }
  const hasCrashed = known.leaseUntil !== null;
  if (hasCrashed && !isIsolated) return { kind: 'quarantined' };
  const left = afterCrash(known);
  const version = known.version + 1;
  if (!isSameContent) return { kind: 'acquired', delivery: { ...known, ...left, ...anew, version } };
  if (known.state !== 'pending') return { kind: 'done' };
  if (isAhead(known.nextAttemptAt, now)) return { kind: 'busy', until: new Date(known.nextAttemptAt) };
  if (left.crashCount >= maxCrashes) {
    const reason = `The function died ${left.crashCount} times in a row while delivering this: look at its log.`;
    return { kind: 'poison', delivery: { ...park(known, now, reason), fault: 'unexpected' } };
  }
  const updatedAt = now.toISOString();
  return {
    kind: 'acquired',
    delivery: { ...known, ...left, attempts: known.attempts + 1, leaseUntil, updatedAt, version },
  };
}

/** The end of an attempt, whatever it came to: the lease is given back. */
export function complete(leased: Delivery, now: Date, outcome: Outcome): Delivery {
  const { state, reason = null, fault = null } = outcome;
  const startedAt = leased.updatedAt;
  const attempt: PastAttempt = {
    startedAt,
    durationMs: now.getTime() - Date.parse(startedAt),
    outcome: state === 'pending' ? 'retry' : state,
    fault,
    reason: reason && shorten(reason),
  };
  const history = remember(leased.history, attempt);
  return { ...release(leased, now), ...outcome, reason, fault, history };
}

/** Nothing was tried, so it counts as no attempt: the lease is given back until then. */
export function postpone(
  leased: Delivery,
  now: Date,
  { until, ...why }: { readonly until: Date } & Partial<Pick<Delivery, 'awaitsSecondLook' | 'reason'>>,
): Delivery {
  const attempts = leased.attempts - 1;
  return { ...release(leased, now), ...why, state: 'pending', attempts, nextAttemptAt: until.toISOString() };
}

/** No more automatic attempts, with all that is known of what the CRM holds. */
export function park(known: Delivery, now: Date, reason: string): Delivery {
  return { ...release(known, now), ...afterCrash(known), state: 'parked', reason, fault: null };
}

export type Requeued =
  | { readonly kind: 'requeued'; readonly delivery: Delivery }
  /** Not to be touched now; `why` completes a sentence that begins with the delivery. */
  | { readonly kind: 'refused'; readonly why: string };

/**
 * The delivery to be written so that it is attempted anew: as often and as long as a new one, with all that is known of
 * what the CRM holds, so that nothing is made twice. What was delivered is written over once more.
 */
export function requeue(known: Delivery, now: Date): Requeued {
  if (isAhead(known.leaseUntil, now)) return { kind: 'refused', why: 'is being delivered at this moment' };
  const isDue = known.state === 'pending' && !known.awaitsSecondLook && !isAhead(known.nextAttemptAt, now);
  if (isDue) return { kind: 'refused', why: 'is on its way already' };
  const at = now.toISOString();
  return {
    kind: 'requeued',
    delivery: {
      ...release(known, now),
      ...afterCrash(known),
      state: 'pending',
      attempts: 0,
      since: at,
      nextAttemptAt: at,
      heldFor: null,
      reason: null,
      fault: null,
      loggedHash: known.state === 'delivered' ? null : known.loggedHash,
    },
  };
}

/**
 * When the chat first came, as far as our own clock tells: the copy that is delivered now may be a later one than an
 * earlier attempt's.
 * @param receivedAt of the copy that is delivered now
 */
export const firstSeenAt = ({ since, history }: Pick<Delivery, 'since' | 'history'>, receivedAt: Date): Instant =>
  [receivedAt.toISOString(), since, ...history.map(({ startedAt }) => startedAt)].reduce((a, b) => (a < b ? a : b));

/** A pending delivery is due by then at the latest: when its turn comes, or its lease has run out. */
export const dueAt = ({ leaseUntil, nextAttemptAt, updatedAt }: Delivery): Instant =>
  leaseUntil ?? nextAttemptAt ?? updatedAt;

const release = (known: Delivery, now: Date): Delivery => ({
  ...known,
  awaitsSecondLook: false,
  crashCount: 0,
  leaseUntil: null,
  nextAttemptAt: null,
  updatedAt: now.toISOString(),
  version: known.version + 1,
});

/** A lease that ran out belonged to an attempt that died, and nobody knows how far it had come. */
const afterCrash = (known: Delivery) => {
  if (known.leaseUntil === null) return { inDoubt: known.inDoubt, crashCount: 0, history: known.history };
  const crashed = {
    startedAt: known.updatedAt,
    durationMs: null,
    outcome: 'crashed',
    fault: null,
    reason: null,
  } as const;
  return { inDoubt: true, crashCount: known.crashCount + 1, history: remember(known.history, crashed) };
};

const remember = (history: readonly PastAttempt[], attempt: PastAttempt) => [...history, attempt].slice(-maxHistory);

const shorten = (text: string) =>
  text.length <= maxReasonLength ? text : `${text.slice(0, maxReasonLength - 1).toWellFormed()}…`;

const nothingWritten = {
  contactId: null,
  personDigest: null,
  logId: null,
  loggedHash: null,
  followUpId: null,
  holdUntil: null,
  inDoubt: false,
  crashCount: 0,
  history: [],
} as const;

const firstAttempt = (now: Date) =>
  ({
    state: 'pending',
    attempts: 1,
    since: now.toISOString(),
    nextAttemptAt: null,
    awaitsSecondLook: false,
    heldFor: null,
    reason: null,
    fault: null,
    updatedAt: now.toISOString(),
  }) as const;

/** An attempt is under way. */
export const isLeased = ({ leaseUntil }: Delivery, now: Date): boolean => isAhead(leaseUntil, now);

const isAhead = (instant: Instant | null, now: Date): instant is Instant =>
  instant !== null && Date.parse(instant) > now.getTime();
