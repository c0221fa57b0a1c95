import { setTimeout as sleep } from 'node:timers/promises';
import { type AttemptDependencies, attempt, type Job } from '../delivery/attempt.ts';
import type { Crm } from '../delivery/crm.ts';
import { type Delivery, isWarned } from '../delivery/delivery.ts';
import { acquireLease, type LeaseResult } from '../delivery/lease.ts';
import type { Conversations, Destination, Ledger, MayBeForgotten } from '../delivery/ports.ts';
import { postpone } from '../delivery/state-machine.ts';
import { endOf, hasTime } from '../delivery/time-left.ts';
import { foundBy } from '../mapping/identity.ts';
import type { Log } from '../platform/logger.ts';
import { countAttempt, type Metrics } from '../platform/metrics.ts';

export type DeliverToDependencies = Pick<AttemptDependencies, 'contactLocks' | 'retryPolicy' | 'now'> & {
  readonly ledger: Ledger;
  readonly conversations: Pick<Conversations, 'isErased'>;
  readonly mayBeForgotten: MayBeForgotten;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
};

export type StoredCopy = Job & {
  readonly revision: string;
  /** The conversation was not stored before, so there is no delivery to read. */
  readonly isNew: boolean;
  readonly isIsolated: boolean;
  /** Imported, so nobody waits for an answer any more. */
  readonly isHistory?: boolean;
};

export type DeliveryResult = Exclude<LeaseResult, { readonly delivery: Delivery }>;

/** Nothing has begun before the lease is written, so the message may as well come back. */
const maxWaitForLeaseMs = 5_000;

/** Delivers one conversation to one destination under a lease. Throws only what the store throws. */
export async function deliverTo(
  { name: destination, plan }: Pick<Destination, 'name' | 'plan'>,
  crm: Crm,
  copy: StoredCopy,
  dependencies: DeliverToDependencies,
): Promise<DeliveryResult> {
  const { ledger, conversations, now } = dependencies;
  const { conversation, contentHash, revision, deadline, isIsolated, isHistory = false } = copy;
  const { id } = conversation;

  const known = copy.isNew ? undefined : await ledger.read(id, destination);
  const mayBeForgotten = known === undefined && (await dependencies.mayBeForgotten(conversation));
  const { email, phone } = foundBy(copy.identity);
  const lease = acquireLease(known, {
    destination,
    contentHash,
    revision,
    person: { email, phone },
    now: now(),
    leaseUntil: deadline,
    isIsolated,
    isHistory,
    mayBeForgotten,
  });
  if (!('delivery' in lease)) return lease;
  if (!hasTime('toBegin', deadline, now())) return { kind: 'busy', until: now() };
  // A lease whose answer was lost would run out and count as a crash, as would one that is not given back.
  const briefly = { patientUntil: new Date(now().getTime() + maxWaitForLeaseMs) };
  const patiently = { patientUntil: endOf('toWrite', deadline) };
  if (!(await ledger.write(id, lease.delivery, briefly))) return { kind: 'busy', until: now() };
  if (lease.kind === 'poison') report(dependencies, lease.delivery, id);
  if (lease.kind === 'confirmed' && lease.until) return { kind: 'pending', until: lease.until };
  if (lease.kind !== 'acquired') return { kind: 'done' };

  const write = (back: Delivery) => ledger.write(id, back, patiently);
  const held = { delivery: lease.delivery, write, deadline, now };
  const ended = await whileLeased(held, async () => {
    // An erasure marks the chat, then waits for every lease. So the mark is seen here, or this lease is seen there.
    if (!(await conversations.isErased(id))) return attempt(lease.delivery, copy, { ...dependencies, crm, plan });
    if (known === undefined) await ledger.remove(id, destination);
    else await write({ ...known, version: lease.delivery.version + 1 });
    return undefined;
  });
  if (ended === undefined) return { kind: 'done' };
  if (!(await write(ended))) throw new LeaseLost(id, destination);
  const { attempts, nextAttemptAt } = ended;
  // Another process has the contact lock, or a second look is due: no attempt to report.
  const isPostponed = attempts < lease.delivery.attempts;
  if (isPostponed) dependencies.log.info('postponed', { conversationId: id, destination, nextAttemptAt });
  else report(dependencies, ended, id);
  return nextAttemptAt === null ? { kind: 'done' } : { kind: 'pending', until: new Date(nextAttemptAt) };
}

export type HeldLease = {
  readonly delivery: Delivery;
  /** Gives the lease back. */
  readonly write: (delivery: Delivery) => Promise<unknown>;
  readonly deadline: Date;
  readonly now: () => Date;
};

/**
 * Works while this process holds a lease, and gives the lease back if the table fails or takes too long: one that runs out
 * counts as a crash. The table's errors come before a note is written; after too long, nobody knows.
 */
export async function whileLeased<T>(
  { delivery, write, deadline, now }: HeldLease,
  work: () => Promise<T>,
): Promise<T> {
  const watch = new AbortController();
  const leftMs = Math.max(endOf('toRelease', deadline).getTime() - now().getTime(), 0);
  const late = sleep(leftMs, undefined, { signal: watch.signal, ref: false }).then(() => {
    throw new TableTooSlow();
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    const back = postpone(delivery, now(), { until: now() });
    const inDoubt = back.inDoubt || error instanceof TableTooSlow;
    await write({ ...back, inDoubt }).catch(() => {});
    throw error;
  } finally {
    watch.abort();
  }
}

/** The lease ran out and another attempt took over: only its result counts. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(conversationId: string, destination: string) {
    super(`The delivery of ${conversationId} to ${destination} was taken over while it was being made.`);
  }
}

/** Without this the function would be stopped, and its death would look like the chat's fault. */
class TableTooSlow extends Error {
  override readonly name = 'TableTooSlow';
  constructor() {
    super('The table was too slow: the time of this invocation is over. The chat comes back.');
  }
}

/** Logs identifiers and outcomes only. The reason stays in the ledger, because vendors echo what was sent. */
function report({ log, metrics }: DeliverToDependencies, delivery: Delivery, conversationId: string): void {
  const { destination, state, attempts, fault, nextAttemptAt, history } = delivery;
  const outcome = state === 'pending' ? 'retry' : state;
  countAttempt(metrics, { destination, outcome, fault });
  if (isWarned(delivery)) metrics.count('Warned', 1, { destination });
  const line = {
    conversationId,
    destination,
    outcome,
    attempt: attempts,
    durationMs: history.at(-1)?.durationMs ?? undefined,
    fault: fault ?? undefined,
    warnings: isWarned(delivery) ? delivery.warnings.length : undefined,
    nextAttemptAt: nextAttemptAt ?? undefined,
  };
  if (state === 'parked') log.error('attempt', line);
  else if (state === 'pending') log.warn('attempt', line);
  else log.info('attempt', line);
}
