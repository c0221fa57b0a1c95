import type { Instant } from '../conversation/model.ts';
import { type Delivery, type Dismissal, isAhead, maxHistory, type PastAttempt, shownState } from './delivery.ts';
import { unknownOutcomeDelay } from './failures.ts';

// The transitions of a delivery: pure functions that return the delivery to write. A write succeeds only if nothing was
// written in between. `docs/architecture.md` draws the states and the timeline.

export type Outcome = Pick<Delivery, 'state'> &
  Partial<Pick<Delivery, 'reason' | 'fault' | 'nextAttemptAt' | 'inDoubt' | 'heldFor' | 'holdUntil'>>;

/** In characters: an index stores the reason. */
export const maxReasonLength = 300;

/** Ends an attempt, whatever its outcome, and gives the lease back. */
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
  const { inDoubt = leased.inDoubt } = outcome;
  const attemptedFor = inDoubt ? leased.attemptedFor : [];
  return { ...release(leased, now), ...outcome, attemptedFor, reason, fault, history };
}

/** Gives the lease back until then. Nothing was tried, so no attempt is counted. */
export function postpone(
  leased: Delivery,
  now: Date,
  { until, ...why }: { readonly until: Date } & Partial<Pick<Delivery, 'awaitsSecondLook' | 'reason'>>,
): Delivery {
  const attempts = leased.attempts - 1;
  return { ...release(leased, now), ...why, state: 'pending', attempts, nextAttemptAt: until.toISOString() };
}

/** Stops automatic attempts, and keeps what is known of the CRM's records. */
export function park(known: Delivery, now: Date, reason: string): Delivery {
  return { ...release(known, now), ...afterCrash(known), state: 'parked', reason, fault: null };
}

export type Changed =
  | { readonly kind: 'changed'; readonly delivery: Delivery }
  /** `why` completes a sentence that begins with the delivery. */
  | { readonly kind: 'refused'; readonly why: string };

/** Starts a delivery anew, and keeps the CRM's ids, so that nothing is created twice. */
export function requeue(known: Delivery, now: Date): Changed {
  if (isAhead(known.leaseUntil, now)) return { kind: 'refused', why: 'is being delivered at this moment' };
  const isDue = known.state === 'pending' && !known.awaitsSecondLook && !isAhead(known.nextAttemptAt, now);
  if (isDue) return { kind: 'refused', why: 'is on its way already' };
  const at = now.toISOString();
  const earliest = replayFrom(known);
  return {
    kind: 'changed',
    delivery: {
      ...release(known, now),
      ...afterCrash(known),
      state: 'pending',
      attempts: 0,
      since: at,
      nextAttemptAt: isAhead(earliest, now) ? earliest : at,
      heldFor: null,
      reason: null,
      fault: null,
      dismissal: null,
      warnings: [],
      loggedHash: known.state === 'delivered' ? null : known.loggedHash,
    },
  };
}

/**
 * The table was restored to an earlier time, so this delivery may have progressed since then without a trace: the next
 * attempt looks before it writes. A process that had its lease then is long gone.
 */
export const restore = (known: Delivery): Delivery => ({
  ...known,
  version: known.version + 1,
  inDoubt: true,
  leaseUntil: null,
});

/** An operator has seen it: it keeps its state, no longer counts as parked, and is replayed only by its id. */
export function dismiss(known: Delivery, now: Date, { by, reason }: Omit<Dismissal, 'at'>): Changed {
  const state = shownState(known);
  if (state !== 'parked' && state !== 'held') return { kind: 'refused', why: `is ${state}` };
  return { kind: 'changed', delivery: withDismissal(known, now, { by, at: now.toISOString(), reason }) };
}

/** Makes it parked or held again. */
export function undoDismissal(known: Delivery, now: Date): Changed {
  if (known.dismissal === null) return { kind: 'refused', why: `is ${known.state}` };
  return { kind: 'changed', delivery: withDismissal(known, now, null) };
}

const withDismissal = (known: Delivery, now: Date, dismissal: Dismissal | null): Delivery => ({
  ...known,
  updatedAt: now.toISOString(),
  version: known.version + 1,
  dismissal,
});

/** A parked delivery may have left half a note, which can be found only after this delay. */
export const lookFrom = ({ state, inDoubt, updatedAt }: Delivery): Instant =>
  state === 'parked' && inDoubt ? findableFrom(updatedAt) : updatedAt;

/** A replay waits until a note in doubt can be found, but no longer than the delivery would have waited without it. */
const replayFrom = (known: Delivery): Instant => {
  if (known.state !== 'pending' || !known.inDoubt || known.nextAttemptAt === null) return lookFrom(known);
  const findable = findableFrom(known.updatedAt);
  return isAhead(known.nextAttemptAt, new Date(findable)) ? findable : known.nextAttemptAt;
};

const findableFrom = (updatedAt: Instant): Instant =>
  new Date(Date.parse(updatedAt) + unknownOutcomeDelay).toISOString();

const release = (known: Delivery, now: Date): Delivery => ({
  ...known,
  awaitsSecondLook: false,
  crashCount: 0,
  leaseUntil: null,
  nextAttemptAt: null,
  updatedAt: now.toISOString(),
  version: known.version + 1,
});

/** A lease that ran out means that the process died, and nobody knows how far the attempt got. */
export const afterCrash = (known: Delivery) => {
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
