import type { MatchKeys } from '../conversation/match-keys.ts';
import { type Delivery, type DeliveryKey, isAhead } from './delivery.ts';
import { afterCrash, lookFrom, park } from './state-machine.ts';

export type LeaseResult =
  | { readonly kind: 'acquired'; readonly delivery: Delivery }
  /**
   * There is nothing to do now: this content is final already, or the next attempt is due then, as with `pending`. Write
   * the newer revision, so that no copy in between replaces this one.
   */
  | { readonly kind: 'confirmed'; readonly delivery: Delivery; readonly until?: Date }
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

export type LeaseRequest = DeliveryKey & {
  /** The visitor, by what identifies them now. */
  readonly person: MatchKeys;
  readonly now: Date;
  readonly leaseUntil: Date;
  readonly isIsolated: boolean;
  readonly isHistory?: boolean;
  /** It may have been delivered without a trace: look for its note. Default: no. */
  readonly mayBeForgotten?: boolean;
};

/** How soon to look again at a delivery that another process is making: most take about a second. */
const minLeasePollMs = 3000;
const maxCrashes = 5;

/** Decides whether an attempt may start now. Write the acquired delivery before the attempt. */
export function acquireLease(known: Delivery | undefined, wanted: LeaseRequest): LeaseResult {
  const { destination, contentHash, revision, person, now, isIsolated } = wanted;
  const { isHistory = false, mayBeForgotten: inDoubt = false } = wanted;
  const leaseUntil = wanted.leaseUntil.toISOString();
  const anew = { contentHash, revision, ...firstAttempt(now), leaseUntil };
  if (known === undefined) {
    const mark = isHistory ? { isHistory } : {};
    const delivery = { destination, ...nothingWritten, ...anew, inDoubt, ...mark, attemptedFor: [person], version: 1 };
    return { kind: 'acquired', delivery };
  }

  // An older copy must not replace a newer one.
  if (known.revision > revision) return { kind: 'done' };
  const isSameContent = known.contentHash === contentHash;
  const version = known.version + 1;
  const isNewer = known.revision < revision;
  const confirmed: LeaseResult = { kind: 'confirmed', delivery: { ...known, revision, version } };
  const pending = (until: Date): LeaseResult => (isNewer ? { ...confirmed, until } : { kind: 'pending', until });
  if (isAhead(known.leaseUntil, now)) {
    // Wait as long again as the lease has lasted: few receives of the queue, even if its process has died.
    const pollMs = Math.max(minLeasePollMs, now.getTime() - Date.parse(known.updatedAt));
    return { kind: 'busy', until: new Date(Math.min(Date.parse(known.leaseUntil), now.getTime() + pollMs)) };
  }
  // An unknown outcome cannot be checked yet, so even a newer copy waits.
  if (known.inDoubt && isAhead(known.nextAttemptAt, now)) return pending(new Date(known.nextAttemptAt));
  if (!isSameContent && isAhead(lookFrom(known), now)) return { kind: 'busy', until: new Date(lookFrom(known)) };
  const hasCrashed = known.leaseUntil !== null;
  if (hasCrashed && !isIsolated) return { kind: 'quarantined' };

  const left = afterCrash(known);
  const attemptedFor = left.inDoubt ? withPerson(known.attemptedFor, person) : [person];
  if (!isSameContent) {
    // Once a copy has come live, somebody may be waiting for an answer.
    const mark = known.isHistory === true ? { isHistory } : {};
    return { kind: 'acquired', delivery: { ...known, ...left, ...anew, ...mark, attemptedFor, version } };
  }
  if (known.state !== 'pending') return isNewer ? confirmed : { kind: 'done' };
  if (isAhead(known.nextAttemptAt, now)) return pending(new Date(known.nextAttemptAt));
  if (left.crashCount >= maxCrashes) {
    const reason = `The function died ${left.crashCount} times in a row while delivering this: look at its log.`;
    return { kind: 'poison', delivery: { ...park(known, now, reason), revision, fault: 'unexpected' } };
  }
  const attempts = known.attempts + 1;
  const updatedAt = now.toISOString();
  const delivery = { ...known, ...left, revision, attempts, attemptedFor, leaseUntil, updatedAt, version };
  return { kind: 'acquired', delivery };
}

const withPerson = (known: readonly MatchKeys[], { email, phone }: MatchKeys): readonly MatchKeys[] => [
  ...known.filter((each) => each.email !== email || each.phone !== phone),
  { email, phone },
];

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
