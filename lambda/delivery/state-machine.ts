import type { MatchKeys } from '../conversation/match-keys.ts';
import type { Instant } from '../conversation/model.ts';
import {
  type Delivery,
  type DeliveryKey,
  type Dismissal,
  isAhead,
  maxHistory,
  type PastAttempt,
  shownState,
} from './delivery.ts';
import { unknownOutcomeDelay } from './failures.ts';

// The transitions of a delivery: pure functions that return the delivery to write. A write succeeds only if nothing was
// written in between. `docs/architecture.md` draws the states and the timeline.

export type LeaseResult =
  | { readonly kind: 'acquired'; readonly delivery: Delivery }
  /** This content is final already. Write its newer revision, so that no copy in between replaces it. */
  | { readonly kind: 'confirmed'; readonly delivery: Delivery }
  /** It has killed too many processes: write it as parked. */
  | { readonly kind: 'poison'; readonly delivery: Delivery }
  /** There is nothing to do for this content, or a newer copy has replaced it. */
  | { readonly kind: 'done' }
  /** Another process has the lease: look again then. */
  | { readonly kind: 'busy'; readonly until: Date }
  /** The next attempt is due then. The ledger lists it, so the sweep brings it back if the message is gone. */
  | { readonly kind: 'pending'; readonly until: Date }
  /** The process died during the last attempt: make the next one in isolation. */
  | { readonly kind: 'quarantined' };

export type Outcome = Pick<Delivery, 'state'> &
  Partial<Pick<Delivery, 'reason' | 'fault' | 'nextAttemptAt' | 'inDoubt' | 'heldFor' | 'holdUntil'>>;

/** How soon to look again at a delivery that another process is making: most take about a second. */
const minLeasePollMs = 3000;
const maxCrashes = 5;
/** In characters. */
const maxReasonLength = 300;

/** Decides whether an attempt may start now. Write the acquired delivery before the attempt. */
export function acquireLease(
  known: Delivery | undefined,
  wanted: DeliveryKey & {
    readonly person: MatchKeys;
    readonly now: Date;
    readonly leaseUntil: Date;
    readonly isIsolated: boolean;
    readonly isHistory?: boolean;
    /** It may have been delivered, and nobody knows: look for its note. Default: no. */
    readonly mayBeForgotten?: boolean;
  },
): LeaseResult {
  const { destination, contentHash, revision, person, now, isIsolated } = wanted;
  const { isHistory = false, mayBeForgotten: inDoubt = false } = wanted;
  const leaseUntil = wanted.leaseUntil.toISOString();
  const anew = { contentHash, revision, ...firstAttempt(now), leaseUntil };
  if (known === undefined) {
    return {
      kind: 'acquired',
      delivery: {
        destination,
        ...nothingWritten,
        ...anew,
        inDoubt,
        ...(isHistory && { isHistory }),
        attemptedFor: [person],
        version: 1,
      },
    };
  }
  const isSameContent = known.contentHash === contentHash;
  // An older copy must not replace a newer one.
  if (!isSameContent && known.revision > revision) return { kind: 'done' };
  if (isAhead(known.leaseUntil, now)) {
    // As long again as the lease has lasted: few receives of the queue, even if its process has died.
    const pollMs = Math.max(minLeasePollMs, now.getTime() - Date.parse(known.updatedAt));
    return { kind: 'busy', until: new Date(Math.min(Date.parse(known.leaseUntil), now.getTime() + pollMs)) };
  }
  // Too early to find what an unknown outcome may have written: a newer copy has to wait, too.
  if (known.inDoubt && isAhead(known.nextAttemptAt, now)) {
    return { kind: 'pending', until: new Date(known.nextAttemptAt) };
  }
  if (!isSameContent && isAhead(lookFrom(known), now)) return { kind: 'busy', until: new Date(lookFrom(known)) };
  const hasCrashed = known.leaseUntil !== null;
  if (hasCrashed && !isIsolated) return { kind: 'quarantined' };
  const left = afterCrash(known);
  const version = known.version + 1;
  const attemptedFor = left.inDoubt ? withPerson(known.attemptedFor, person) : [person];
  if (!isSameContent) {
    // Once a copy has come by itself, somebody may wait for an answer.
    const mark = known.isHistory === true ? { isHistory } : {};
    return { kind: 'acquired', delivery: { ...known, ...left, ...anew, ...mark, attemptedFor, version } };
  }
  if (known.state !== 'pending') {
    return known.revision < revision
      ? { kind: 'confirmed', delivery: { ...known, revision, version } }
      : { kind: 'done' };
  }
  if (isAhead(known.nextAttemptAt, now)) return { kind: 'pending', until: new Date(known.nextAttemptAt) };
  if (left.crashCount >= maxCrashes) {
    const reason = `The function died ${left.crashCount} times in a row while delivering this: look at its log.`;
    return { kind: 'poison', delivery: { ...park(known, now, reason), fault: 'unexpected' } };
  }
  const updatedAt = now.toISOString();
  return {
    kind: 'acquired',
    delivery: {
      ...known,
      ...left,
      ...(known.revision < revision && { revision }),
      attempts: known.attempts + 1,
      attemptedFor,
      leaseUntil,
      updatedAt,
      version,
    },
  };
}

/** Ends an attempt, with whatever outcome, and gives the lease back. */
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
  return {
    kind: 'changed',
    delivery: {
      ...release(known, now),
      ...afterCrash(known),
      state: 'pending',
      attempts: 0,
      since: at,
      nextAttemptAt: isAhead(lookFrom(known), now) ? lookFrom(known) : at,
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
 * The table was restored to an earlier time, so what became of this delivery since then is not known: whatever is next
 * written for it is looked for first. A process that had its lease then is long gone.
 */
export const restore = (known: Delivery): Delivery => ({
  ...known,
  version: known.version + 1,
  inDoubt: true,
  leaseUntil: null,
});

/** An operator has seen it: it stays as it is, is not counted as parked, and is replayed only if it is named. */
export function dismiss(known: Delivery, now: Date, { by, reason }: Omit<Dismissal, 'at'>): Changed {
  const state = shownState(known);
  if (state !== 'parked' && state !== 'held') return { kind: 'refused', why: `is ${state}` };
  return { kind: 'changed', delivery: withDismissal(known, now, { by, at: now.toISOString(), reason }) };
}

/** It is parked or held again. */
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

/** A refusal for good may come after half a note, which can be found only then. */
const lookFrom = ({ state, inDoubt, updatedAt }: Delivery): Instant =>
  state === 'parked' && inDoubt ? new Date(Date.parse(updatedAt) + unknownOutcomeDelay).toISOString() : updatedAt;

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

const withPerson = (known: readonly MatchKeys[], { email, phone }: MatchKeys): readonly MatchKeys[] => [
  ...known.filter((each) => each.email !== email || each.phone !== phone),
  { email, phone },
];

const remember = (history: readonly PastAttempt[], attempt: PastAttempt) => [...history, attempt].slice(-maxHistory);

const shorten = (text: string) =>
  text.length <= maxReasonLength ? text : `${text.slice(0, maxReasonLength - 1).toWellFormed()}…`;

const nothingWritten = {
  contactId: null,
  personDigest: null,
  logId: null,
  loggedHash: null,
  followUpId: null,
  files: [],
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
    dismissal: null,
    warnings: [],
    updatedAt: now.toISOString(),
  }) as const;
