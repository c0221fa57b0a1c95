import type { Log } from '../platform/logger.ts';
import { countAttempt, type Metrics } from '../platform/metrics.ts';
import { AdapterFailure, asked } from './failure.ts';
import type { Party } from './gathering.ts';
import { type Change, claim, type Delivery, settle } from './ledger.ts';
import type { Contacts, Ledger, Target } from './ports.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { type Job, takeSteps } from './steps.ts';

export type DeliveryDependencies = {
  readonly ledger: Ledger;
  readonly contacts: Contacts;
  readonly retryPolicy: RetryPolicy;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly now: () => Date;
};

/** One recorded copy of a conversation, to be brought to its destinations. */
export type DeliveryJob = Job & {
  readonly revision: string;
  /** Nothing was known of the conversation until now, so there is nothing in the ledger either. */
  readonly isFirst: boolean;
  /** The visitor's e-mail address where only another chat tells it, and their phone number. */
  readonly known: Parameters<Target['plan']>[1];
};

/** `settled`: nothing more to do here for this content. `later`: try again then, not before. */
export type DeliveryResult =
  | { readonly kind: 'settled'; readonly held?: true }
  | { readonly kind: 'later'; readonly at: Date };

/**
 * One attempt to bring one conversation to one destination: claims it, takes the steps that are left, and settles.
 * Never throws for the CRM's faults.
 * @throws what the store throws: then nothing is known, and the message comes back by itself
 */
export async function deliverTo(
  target: Target,
  { crm }: Pick<Party, 'crm'>,
  job: DeliveryJob,
  dependencies: DeliveryDependencies,
): Promise<DeliveryResult> {
  const { ledger, now } = dependencies;
  const { id } = job.conversation;
  const startedAt = now();
  const claimed = claim(job.isFirst ? undefined : await ledger.read(id, target.name), {
    destination: target.name,
    contentHash: job.contentHash,
    revision: job.revision,
    now: startedAt,
    leaseUntil: job.deadline,
  });
  if (claimed.kind === 'settled' || claimed.kind === 'later') return claimed;
  const { delivery } = claimed;
  // Refused where another attempt was claimed between our read and our write: that one will be looked at again.
  if (!(await ledger.write(id, delivery))) return { kind: 'later', at: startedAt };
  if (claimed.kind === 'deadly') {
    report(dependencies, delivery, job, startedAt);
    return { kind: 'settled' };
  }

  const change = await attempt(target, crm, job, delivery, dependencies);
  const after = settle(delivery, now(), change);
  if (!(await ledger.write(id, after))) throw new LeaseLost(id, target.name);
  report(dependencies, after, job, startedAt);
  if (after.nextAttemptAt !== null) return { kind: 'later', at: new Date(after.nextAttemptAt) };
  return after.state === 'held' ? { kind: 'settled', held: true } : { kind: 'settled' };
}

/** Our time was up and another attempt took over: its word on the delivery is the one that counts. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(conversationId: string, destination: string) {
    super(`The delivery of ${conversationId} to ${destination} was taken over while it was being made.`);
  }
}

async function attempt(
  { name, plan }: Target,
  crm: Party['crm'],
  job: DeliveryJob,
  delivery: Delivery,
  { contacts, retryPolicy, now }: DeliveryDependencies,
): Promise<Change> {
  let known: Partial<Delivery> = {};
  const learned = (what: Partial<Delivery>) => {
    known = { ...known, ...what };
  };
  try {
    const planned = await asked('plan', plan(job.conversation, job.known));
    return await takeSteps(job, planned, delivery, { crm, contacts, destination: name, now, learned });
  } catch (error) {
    if (!(error instanceof AdapterFailure)) throw error;
    const { attempts, since } = delivery;
    if (error.isUntried) {
      return { ...known, state: 'pending', attempts: attempts - 1, nextAttemptAt: now().toISOString() };
    }
    const { decision, reason, fault } = retryPolicy(error.cause, { attempts, since: new Date(since), now: now() });
    const result = { ...known, reason, fault, inDoubt: delivery.inDoubt || error.leavesDoubt };
    return decision.kind === 'park'
      ? { ...result, state: 'parked' }
      : { ...result, state: 'pending', nextAttemptAt: decision.at.toISOString() };
  }
}

/** One wide line an attempt: identifiers and outcomes only. The reason stays in the ledger: vendors echo what was sent. */
function report({ log, metrics, now }: DeliveryDependencies, delivery: Delivery, job: Job, startedAt: Date): void {
  const { destination, state, attempts, fault, nextAttemptAt } = delivery;
  const outcome = state === 'pending' ? 'retry' : state;
  countAttempt(metrics, { destination, outcome, fault });
  const line = {
    conversationId: job.conversation.id,
    destination,
    outcome,
    attempt: attempts,
    durationMs: now().getTime() - startedAt.getTime(),
    ...(fault === null ? {} : { fault }),
    ...(nextAttemptAt === null ? {} : { nextAttemptAt }),
  };
  if (state === 'parked') log.error('attempt', line);
  else if (state === 'pending') log.warn('attempt', line);
  else log.info('attempt', line);
}
