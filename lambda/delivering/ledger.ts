import type { Instant } from '../conversation/model.ts';
import type { DeliveryState } from '../conversation/status.ts';
import { type Attempt, earlierAttempts } from './attempts.ts';
import type { FaultKind } from './retry-policy.ts';

/** One conversation at one destination: what the CRM has of it, and what is being done about the rest. */
export type Delivery = {
  readonly destination: string;
  readonly state: DeliveryState;
  /** The content that `state` speaks of. */
  readonly contentHash: string;
  /** Of the copies of the chat, which one that is: a newer one has a greater. */
  readonly revision: string;
  /** The vendor's ids, as far as they are known. */
  readonly contactId: string | null;
  /** Whose contact that is, as a digest of the person's key, and what it was last told of them; null where nobody wrote it down. */
  readonly contactOf: string | null;
  readonly told: string | null;
  readonly logId: string | null;
  /** The content that the CRM holds under `logId`. */
  readonly loggedHash: string | null;
  readonly followUpId: string | null;
  /** An attempt may have written something whose id we never saw: look for it before writing. */
  readonly inDoubt: boolean;
  /** Attempts in a row that never ended: the process died with them. */
  readonly died: number;
  /** Attempts at this content. */
  readonly attempts: number;
  /** When this content was first attempted: giving up goes by the clock. */
  readonly since: Instant;
  readonly nextAttemptAt: Instant | null;
  /** While an attempt is under way, until when nobody else may start one. */
  readonly leaseUntil: Instant | null;
  /** Why it is held, skipped or parked, or why the last attempt failed. */
  readonly reason: string | null;
  readonly fault: FaultKind | null;
  /** How long the last attempt took; null where it has not ended. */
  readonly durationMs: number | null;
  /** The attempts before the last one: `attemptsOf` has them all. */
  readonly earlier: readonly Attempt[];
  readonly updatedAt: Instant;
  /** Counts writes. */
  readonly version: number;
};

/** The first attempts at a conversation, as its header tells of them. */
export type FirstAttempts = {
  /** Who claimed them: an id of the handling of one message. */
  readonly by: string;
  readonly destinations: readonly string[];
  readonly at: Instant;
  /** Whoever has not ended by then has died. */
  readonly until: Instant;
};

/** Which copy of the conversation is brought where. */
type Errand = Pick<Delivery, 'destination' | 'contentHash' | 'revision'>;

/** What an attempt learned. */
export type Change = Pick<Delivery, 'state'> &
  Partial<Omit<Delivery, 'destination' | 'contentHash' | 'revision' | 'version'>>;

export type Claim =
  | { readonly kind: 'claimed'; readonly delivery: Delivery }
  /** It has killed too many processes: to be written as parked, and left alone. */
  | { readonly kind: 'deadly'; readonly delivery: Delivery }
  /** Nothing to do for this content: it is delivered, held, skipped or parked, or a newer one has taken its place. */
  | { readonly kind: 'settled'; readonly isHeld: boolean }
  /** Somebody is at it, or it is too early. */
  | { readonly kind: 'later'; readonly at: Date }
  /** The last attempt died, perhaps of this delivery: the next is made with nothing beside it. */
  | { readonly kind: 'suspect' };

/** How soon to look again at a delivery that somebody else is making; most take about a second. */
const leasePollMs = 3000;
/** A process may die of anything once; of one and the same delivery it should not die for ever. */
const mostDeaths = 5;

/** Whether an attempt may start now, and the delivery as it is to be written before it does. */
export function claim(
  known: Delivery | undefined,
  wanted: Errand & {
    readonly now: Date;
    readonly leaseUntil: Date;
    /** Nothing else is handled at the same time, so that what kills the process takes nothing with it. */
    readonly isAlone: boolean;
  },
): Claim {
  const { destination, contentHash, revision, now, isAlone } = wanted;
  const leaseUntil = wanted.leaseUntil.toISOString();
  if (known === undefined) {
    const first = unwrittenClaim({ destination, contentHash, revision }, { at: now.toISOString(), until: leaseUntil });
    return { kind: 'claimed', delivery: { ...first, version: 1 } };
  }
  // Recorded first, overtaken since: it must not bring older words over newer ones.
  if (known.contentHash !== contentHash && known.revision > revision) return { kind: 'settled', isHeld: false };
  if (isAhead(known.leaseUntil, now)) {
    return { kind: 'later', at: new Date(Math.min(Date.parse(known.leaseUntil), now.getTime() + leasePollMs)) };
  }
  // A lease that ran out belonged to an attempt that died, who knows how far it had come.
  const hasDied = known.leaseUntil !== null;
  if (hasDied && !isAlone) return { kind: 'suspect' };
  const taken = {
    leaseUntil,
    inDoubt: known.inDoubt || hasDied,
    died: hasDied ? known.died + 1 : 0,
    durationMs: null,
    earlier: earlierAttempts(known),
    updatedAt: now.toISOString(),
    version: known.version + 1,
  };
  if (known.contentHash !== contentHash) {
    return {
      kind: 'claimed',
      delivery: { ...known, ...firstAttempt(now.toISOString()), contentHash, revision, ...taken },
    };
  }
  if (known.state !== 'pending') return { kind: 'settled', isHeld: known.state === 'held' };
  if (isAhead(known.nextAttemptAt, now)) return { kind: 'later', at: new Date(known.nextAttemptAt) };
  if (taken.died >= mostDeaths) {
    const reason = `The function died ${taken.died} times in a row while delivering this: look at its log.`;
    const parked = { state: 'parked', reason, fault: 'unexpected', durationMs: null } as const;
    return { kind: 'deadly', delivery: settle(known, now, parked) };
  }
  return { kind: 'claimed', delivery: { ...known, attempts: known.attempts + 1, ...taken } };
}

/**
 * A first attempt that is under way, and that nothing but the conversation's header tells of: who records a conversation
 * first claims its deliveries with that very write. Its end is the first that is written of the delivery itself.
 */
export const unwrittenClaim = (errand: Errand, { at, until }: Pick<FirstAttempts, 'at' | 'until'>): Delivery => ({
  ...nothingWritten,
  ...firstAttempt(at),
  ...errand,
  leaseUntil: until,
  version: 0,
});

/** The end of an attempt, whatever its result: the lease is given back. */
export function settle(delivery: Delivery, now: Date, change: Change): Delivery {
  const durationMs = now.getTime() - Date.parse(delivery.updatedAt);
  const ended = { died: 0, leaseUntil: null, nextAttemptAt: null, reason: null, fault: null, durationMs };
  return { ...delivery, ...ended, ...change, updatedAt: now.toISOString(), version: delivery.version + 1 };
}

/** A delivery that nobody attempts any more, unless it is restarted: with all that is known of what the CRM holds. */
export function abandon(known: Delivery, now: Date, reason: string): Delivery {
  return settle(known, now, { state: 'parked', reason, durationMs: null, ...leftBehind(known) });
}

export type Restart =
  | { readonly kind: 'restarted'; readonly delivery: Delivery }
  /** Not to be touched now; `why` completes a sentence that begins with the delivery. */
  | { readonly kind: 'left'; readonly why: string };

/** Whose message has not come back for so long has none. */
const strandedAfterMs = 60 * 60 * 1000;

/**
 * A delivery as it is to be written so that it is attempted anew: as often and as long as a new one, and with all that
 * is known of what the CRM holds, so that nothing is made twice. What was delivered is written over once more.
 */
export function restart(known: Delivery, now: Date): Restart {
  if (isAhead(known.leaseUntil, now)) return { kind: 'left', why: 'is being delivered at this moment' };
  const isStranded = now.getTime() - Date.parse(known.updatedAt) > strandedAfterMs;
  if (known.state === 'pending' && !isAhead(known.nextAttemptAt, now) && !isStranded) {
    return { kind: 'left', why: 'is on its way already' };
  }
  return {
    kind: 'restarted',
    delivery: settle(known, now, {
      state: 'pending',
      attempts: 0,
      since: now.toISOString(),
      nextAttemptAt: now.toISOString(),
      loggedHash: known.state === 'delivered' ? null : known.loggedHash,
      durationMs: null,
      ...leftBehind(known),
    }),
  };
}

/** What the attempts so far leave to the next. */
const leftBehind = (known: Delivery) => ({
  // A lease that ran out belonged to an attempt that died, who knows how far it had come.
  inDoubt: known.inDoubt || known.leaseUntil !== null,
  earlier: earlierAttempts(known),
});

const nothingWritten = {
  contactId: null,
  contactOf: null,
  told: null,
  logId: null,
  loggedHash: null,
  followUpId: null,
  inDoubt: false,
  died: 0,
  durationMs: null,
  earlier: [],
} as const;

const firstAttempt = (at: Instant) =>
  ({
    state: 'pending',
    attempts: 1,
    since: at,
    nextAttemptAt: null,
    reason: null,
    fault: null,
    updatedAt: at,
  }) as const;

const isAhead = (instant: Instant | null, now: Date): instant is Instant =>
  instant !== null && Date.parse(instant) > now.getTime();
