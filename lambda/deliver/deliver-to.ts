import { type AttemptDependencies, type Job, attempt } from '../delivery/attempt.ts';
import type { Crm } from '../delivery/crm.ts';
import { acquireLease, type Delivery, type LeaseResult } from '../delivery/delivery.ts';
import type { Destination, Ledger } from '../delivery/ports.ts';
import type { Log } from '../platform/logger.ts';
import { countAttempt, type Metrics } from '../platform/metrics.ts';

export type DeliverToDependencies = Pick<AttemptDependencies, 'contactLocks' | 'retryPolicy' | 'now'> & {
  readonly ledger: Ledger;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
};

/** One stored copy of a conversation, to be brought to its destinations. */
export type StoredCopy = Job & {
  readonly revision: string;
  /** Nothing was known of the conversation, so there is no delivery to be read. */
  readonly isNew: boolean;
  /** Nothing else runs at the same time. */
  readonly isIsolated: boolean;
};

export type DeliveryResult = Exclude<LeaseResult, { kind: 'acquired' | 'poison' }>;

/**
 * Brings one conversation to one destination: acquires the lease, attempts, gives the lease back. Never throws for the
 * CRM's errors.
 * @throws what the store throws: then the message comes back by itself
 */
export async function deliverTo(
  { name: destination, plan }: Pick<Destination, 'name' | 'plan'>,
  crm: Crm,
  copy: StoredCopy,
  dependencies: DeliverToDependencies,
): Promise<DeliveryResult> {
  const { ledger, now } = dependencies;
  const { id } = copy.conversation;
  const known = copy.isNew ? undefined : await ledger.read(id, destination);
  const { contentHash, revision, deadline, isIsolated } = copy;
  const wanted = { destination, contentHash, revision, now: now(), leaseUntil: deadline, isIsolated };
  const lease = acquireLease(known, wanted);
  if (lease.kind !== 'acquired' && lease.kind !== 'poison') return lease;
  // Another process was faster.
  if (!(await ledger.write(id, lease.delivery))) return { kind: 'busy', until: now() };
  if (lease.kind === 'poison') {
    report(dependencies, lease.delivery, id);
    return { kind: 'done' };
  }

  const ended = await attempt(lease.delivery, copy, { ...dependencies, crm, plan });
  if (!(await ledger.write(id, ended))) throw new LeaseLost(id, destination);
  const { attempts, nextAttemptAt } = ended;
  // Somebody else's turn, or a second look to come: no attempt to count.
  const isPostponed = attempts < lease.delivery.attempts;
  if (isPostponed) dependencies.log.info('postponed', { conversationId: id, destination, nextAttemptAt });
  else report(dependencies, ended, id);
  return nextAttemptAt === null ? { kind: 'done' } : { kind: 'busy', until: new Date(nextAttemptAt) };
}

/** Our time was up and another attempt took over: what it says of the delivery is what counts. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(conversationId: string, destination: string) {
    super(`The delivery of ${conversationId} to ${destination} was taken over while it was being made.`);
  }
}

/** One wide line an attempt: identifiers and outcomes only. The reason stays in the ledger: vendors echo what was sent. */
function report({ log, metrics }: DeliverToDependencies, delivery: Delivery, conversationId: string): void {
  const { destination, state, attempts, fault, nextAttemptAt, history } = delivery;
  const outcome = state === 'pending' ? 'retry' : state;
  countAttempt(metrics, { destination, outcome, fault });
  const line = {
    conversationId,
    destination,
    outcome,
    attempt: attempts,
    durationMs: history.at(-1)?.durationMs ?? undefined,
    fault: fault ?? undefined,
    nextAttemptAt: nextAttemptAt ?? undefined,
  };
  if (state === 'parked') log.error('attempt', line);
  else if (state === 'pending') log.warn('attempt', line);
  else log.info('attempt', line);
}
