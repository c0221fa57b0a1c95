import type { Conversation } from '../conversation/model.ts';
import type { Log } from '../platform/logger.ts';
import { type Change, claim, type Delivery, settle } from './ledger.ts';
import type { Contacts, Ledger, Target } from './ports.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { AdapterFailure, leavesDoubt, takeSteps } from './steps.ts';

export type DeliveryDependencies = {
  readonly ledger: Ledger;
  readonly contacts: Contacts;
  readonly retryPolicy: RetryPolicy;
  readonly log: Log;
  readonly now: () => Date;
};

export type Job = {
  readonly conversation: Conversation;
  readonly contentHash: string;
  readonly revision: string;
  /** When this process will be stopped, whatever it is doing: claims last until then. */
  readonly deadline: Date;
};

/** `settled`: nothing more to do here for this content. `later`: try again then, not before. */
export type DeliveryResult = { readonly kind: 'settled' } | { readonly kind: 'later'; readonly at: Date };

/**
 * One attempt to bring one conversation to one destination: claims it, takes the steps that are left, and settles.
 * Never throws for the CRM's faults.
 * @throws what the store throws: then nothing is known, and the message comes back by itself
 */
export async function deliverTo(target: Target, job: Job, dependencies: DeliveryDependencies): Promise<DeliveryResult> {
  const { ledger, now } = dependencies;
  const startedAt = now();
  const claimed = claim(await ledger.read(job.conversation.id, target.name), {
    destination: target.name,
    contentHash: job.contentHash,
    revision: job.revision,
    now: startedAt,
    leaseUntil: job.deadline,
  });
  if (claimed.kind === 'settled' || claimed.kind === 'later') return claimed;
  const { delivery } = claimed;
  // Refused where another attempt was claimed between our read and our write: that one will be looked at again.
  if (!(await ledger.write(job.conversation.id, delivery))) return { kind: 'later', at: startedAt };
  if (claimed.kind === 'deadly') {
    report(dependencies, delivery, job, startedAt);
    return { kind: 'settled' };
  }

  const change = await attempt(target, job, delivery, dependencies);
  const after = settle(delivery, now(), change);
  if (!(await ledger.write(job.conversation.id, after))) throw new LeaseLost(job.conversation.id, target.name);
  report(dependencies, after, job, startedAt);
  return after.nextAttemptAt === null ? { kind: 'settled' } : { kind: 'later', at: new Date(after.nextAttemptAt) };
}

/** Our time was up and another attempt took over: its word on the delivery is the one that counts. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(conversationId: string, destination: string) {
    super(`The delivery of ${conversationId} to ${destination} was taken over while it was being made.`);
  }
}

async function attempt(
  { name, adapter }: Target,
  job: Job,
  delivery: Delivery,
  { contacts, retryPolicy, now }: DeliveryDependencies,
): Promise<Change> {
  try {
    return await takeSteps(job, delivery, { adapter, contacts, destination: name, now });
  } catch (error) {
    if (!(error instanceof AdapterFailure)) throw error;
    const { attempts, since } = delivery;
    const { decision, reason, fault } = retryPolicy(error.cause, { attempts, since: new Date(since), now: now() });
    const learned = { reason, fault, inDoubt: delivery.inDoubt || leavesDoubt(error) };
    return decision.kind === 'park'
      ? { state: 'parked', ...learned }
      : { state: 'pending', ...learned, nextAttemptAt: decision.at.toISOString() };
  }
}

/** One wide line an attempt: identifiers and outcomes only. The reason stays in the ledger: vendors echo what was sent. */
function report({ log, now }: DeliveryDependencies, delivery: Delivery, job: Job, startedAt: Date): void {
  const { destination, state, attempts, fault, nextAttemptAt } = delivery;
  const line = {
    conversationId: job.conversation.id,
    destination,
    outcome: state === 'pending' ? 'retry' : state,
    attempt: attempts,
    durationMs: now().getTime() - startedAt.getTime(),
    ...(fault === null ? {} : { fault }),
    ...(nextAttemptAt === null ? {} : { nextAttemptAt }),
  };
  if (state === 'parked') log.error('attempt', line);
  else if (state === 'pending') log.warn('attempt', line);
  else log.info('attempt', line);
}
