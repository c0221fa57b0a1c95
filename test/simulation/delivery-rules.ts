import { type Delivery, isAhead, isLeased } from '../../lambda/delivery/delivery.ts';
import { known, stepOf } from './transitions.ts';

/** A write over a delivery. */
type Write = {
  readonly was: Delivery;
  readonly is: Delivery;
  /** The process that writes. */
  readonly actor: string;
  readonly now: Date;
  /** Whether the adapter may throw what no adapter should. */
  readonly hasBugs: boolean;
  /** Whether a process may have died by now, or could not give its lease back. */
  readonly hasDeaths: boolean;
};

/** A CRM that fails is tried no later than a day after the first attempt. */
const maxPendingMs = 24 * 3_600_000;
const maxCrashes = 5;

const final: ReadonlySet<string> = new Set(['delivered', 'skipped', 'parked']);

const isOther = ({ was, is }: Write) => was.contentHash !== is.contentHash;
const isOperator = ({ actor }: Write) => actor.startsWith('operator');
const isRequeued = ({ was, is }: Write) =>
  was.state !== 'pending' && is.state === 'pending' && is.leaseUntil === null && !isTakenBack({ was, is });
/** What an erasure found under a lease is put back as it was. */
const isTakenBack = ({ was, is }: Pick<Write, 'was' | 'is'>) => is.updatedAt < was.updatedAt;
const isAcquired = ({ was, is }: Write) =>
  is.leaseUntil !== null && is.leaseUntil !== was.leaseUntil && !isTakenBack({ was, is });
const isEndOfAttempt = ({ was, is }: Write) => {
  const last = is.history.at(-1);
  const isTried = last?.startedAt === was.updatedAt && last.outcome !== 'crashed';
  const isPostponed = is.attempts === was.attempts - 1 && is.since === was.since;
  return was.leaseUntil !== null && is.leaseUntil === null && (isTried || isPostponed);
};
const mayBeThere = ({ inDoubt, leaseUntil }: Delivery, now: Date) =>
  inDoubt || (leaseUntil !== null && !isAhead(leaseUntil, now));
const isAsNew = ({ since, updatedAt, dismissal, awaitsSecondLook, warnings, heldFor }: Delivery) =>
  since === updatedAt && dismissal === null && !awaitsSecondLook && warnings.length === 0 && heldFor === null;

/** What must not become of a delivery. */
const broken: Readonly<Record<string, (write: Write) => boolean>> = {
  // A postponed delivery was not tried, so it may wait, however old it is.
  'it should be given up': ({ was, is }) =>
    was.leaseUntil !== null &&
    is.leaseUntil === null &&
    is.attempts === was.attempts &&
    Date.parse(is.nextAttemptAt ?? is.since) - Date.parse(is.since) > maxPendingMs,
  'it blames the adapter without need': ({ is, hasBugs }) =>
    !hasBugs && is.reason?.endsWith('a bug to report.') === true,
  'an attempt comes before its time': (write) =>
    write.was.leaseUntil === null &&
    isAcquired(write) &&
    !isOther(write) &&
    isAhead(write.was.nextAttemptAt, write.now),
  'it is parked for crashes that were not in a row': ({ is }) => {
    const crashes = Number(/died (\d+) times in a row/.exec(is.reason ?? '')?.[1] ?? 0);
    return crashes > 0 && is.history.slice(-crashes).some(({ outcome }) => outcome !== 'crashed');
  },
  'it counts a crash, and nobody died': ({ is, hasDeaths }) => !hasDeaths && is.history.at(-1)?.outcome === 'crashed',
  'it is tried although its process has died too often': (write) =>
    isAcquired(write) && !isOther(write) && write.is.crashCount >= maxCrashes,
  'a final result changes by itself': (write) =>
    final.has(write.was.state) && write.was.state !== write.is.state && !isOther(write) && !isOperator(write),
  'what an operator has dismissed comes back by itself': (write) =>
    write.was.dismissal !== null && write.is.dismissal === null && !isOther(write) && !isOperator(write),
  'a lease is taken from another': ({ was, is, now }) =>
    isLeased(was, now) && isLeased(is, now) && was.version !== is.version,
  'a newer copy does not start anew': (write) =>
    isOther(write) && isAcquired(write) && !(isAsNew(write.is) && write.is.attempts === 1),
  'it is requeued, and does not start anew': (write) =>
    isRequeued(write) && !(isAsNew(write.is) && write.is.attempts === 0),
  'it forgets that something may be in the CRM': (write) =>
    mayBeThere(write.was, write.now) && !mayBeThere(write.is, write.now) && !isEndOfAttempt(write),
  'it forgets what the CRM has': (write) =>
    !isTakenBack(write) &&
    ((write.was.followUpId !== null && write.is.followUpId === null) ||
      (write.was.logId !== null && write.is.logId === null && write.was.personDigest === write.is.personDigest)),
  'it goes back to an older copy': (write) => !isTakenBack(write) && write.is.revision < write.was.revision,
  'its hold is put off': ({ was, is }) =>
    was.holdUntil !== null && is.holdUntil !== null && is.holdUntil > was.holdUntil,
  'its hold is over before it begins': ({ was, is }) =>
    was.state !== 'held' && is.state === 'held' && is.holdUntil !== null && is.holdUntil <= is.updatedAt,
};

/** What is wrong with a write to a delivery, if anything is. */
export function forbidden(
  was: Delivery | undefined,
  is: Delivery | undefined,
  context: Omit<Write, 'was' | 'is'>,
): string | undefined {
  if (!known.has(stepOf(was, is, context.now.getTime()))) return 'there is no such transition';
  if (was === undefined || is === undefined) return undefined;
  return Object.entries(broken).find(([, isBroken]) => isBroken({ was, is, ...context }))?.[0];
}
