import type { Person } from '../crm/adapter.ts';
import type { Known } from '../mapping/plan.ts';
import type { Log } from '../platform/logger.ts';
import { countAttempt, type Metrics } from '../platform/metrics.ts';
import { AdapterFailure, asked } from './failure.ts';
import type { Party } from './gathering.ts';
import { type Change, type Claim, claim, type Delivery, settle, unwrittenClaim } from './ledger.ts';
import type { Contacts, Ledger, Target, VisitorChat, WriteFirst } from './ports.ts';
import { createRecall } from './recall.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { type Job, type Steps, takeSteps } from './steps.ts';

export type DeliveryDependencies = {
  readonly ledger: Ledger;
  readonly writeFirst: WriteFirst;
  readonly contacts: Contacts;
  readonly retryPolicy: RetryPolicy;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly now: () => Date;
};

/** One recorded copy of a conversation, to be brought to its destinations. */
export type DeliveryJob = Job & {
  readonly revision: string;
  /** Under what its record may have claimed the attempt. */
  readonly by: string;
  /** Nothing was known of the conversation until now: its record claimed the attempt. */
  readonly isFirst: boolean;
  /** No other message is handled at the same time. */
  readonly isAlone: boolean;
  /** By what the visitor is known beside their own words in this chat. */
  readonly known: Known;
  /** Of the same visitor, oldest first. */
  readonly chats: readonly VisitorChat[];
};

/**
 * `settled`: nothing more to do here for this content. `later`: try again then, not before. `suspect`: try again with
 * nothing beside it.
 */
export type DeliveryResult = Exclude<Claim, { kind: 'claimed' | 'deadly' }>;

/** All tries at a write, whatever says nothing. */
const longestWriteMs = 30_000;

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
  const { ledger, writeFirst, now } = dependencies;
  const { id } = job.conversation;
  const startedAt = now();
  const errand = { destination: target.name, contentHash: job.contentHash, revision: job.revision };
  const claimed: Claim = job.isFirst
    ? {
        kind: 'claimed',
        delivery: unwrittenClaim(errand, { at: startedAt.toISOString(), until: job.deadline.toISOString() }),
      }
    : claim(await ledger.read(id, target.name, job.by), {
        ...errand,
        now: startedAt,
        leaseUntil: job.deadline,
        isAlone: job.isAlone,
      });
  if (claimed.kind !== 'claimed' && claimed.kind !== 'deadly') return claimed;
  const { delivery } = claimed;
  // Refused where another attempt was claimed between our read and our write: that one will be looked at again.
  if (!job.isFirst && !(await ledger.write(id, delivery))) return { kind: 'later', at: startedAt };
  if (claimed.kind === 'deadly') {
    report(dependencies, delivery, job, startedAt);
    return { kind: 'settled', isHeld: false };
  }

  const after = await attempt(target, crm, job, delivery, dependencies);
  const leftMs = job.deadline.getTime() - now().getTime();
  if (job.isFirst && leftMs > longestWriteMs) await writeFirst(id, after);
  else if (!(await ledger.write(id, after))) throw new LeaseLost(id, target.name);
  report(dependencies, after, job, startedAt);
  if (after.nextAttemptAt !== null) return { kind: 'later', at: new Date(after.nextAttemptAt) };
  return { kind: 'settled', isHeld: after.state === 'held' };
}

/** Our time was up and another attempt took over: its word on the delivery is the one that counts. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(conversationId: string, destination: string) {
    super(`The delivery of ${conversationId} to ${destination} was taken over while it was being made.`);
  }
}

/** Answers the delivery as the attempt leaves it. */
async function attempt(
  { name, plan }: Target,
  crm: Party['crm'],
  { conversation, contentHash, deadline, known, chats }: DeliveryJob,
  claimed: Delivery,
  { ledger, contacts, retryPolicy, now }: DeliveryDependencies,
): Promise<Delivery> {
  let delivery = claimed;
  const learned: Steps['learned'] = (what) => {
    delivery = { ...delivery, ...what };
  };
  const soFar = () => delivery;
  const contactsFor = ({ email }: Person): Contacts => {
    if (!crm.keepsEmailsUnique || email === null) return contacts;
    const before = chats.filter((chat) => chat.email === email && chat.conversationId !== conversation.id);
    return createRecall({ ledger, destination: name, before, soFar });
  };
  const steps = { crm, contactsFor, destination: name, now, soFar, learned };
  try {
    const planned = await asked('plan', plan(conversation, known));
    const change = await takeSteps({ conversation, contentHash, deadline }, planned, steps);
    return settle(delivery, now(), change);
  } catch (error) {
    if (!(error instanceof AdapterFailure)) throw error;
    return settle(delivery, now(), afterFailure(error, delivery, now()));
  }

  function afterFailure(failure: AdapterFailure, { attempts, since, inDoubt }: Delivery, at: Date): Change {
    if (failure.isUntried) return { state: 'pending', attempts: attempts - 1, nextAttemptAt: at.toISOString() };
    const { decision, reason, fault } = retryPolicy(failure.cause, { attempts, since: new Date(since), now: at });
    const result = { reason, fault, inDoubt: inDoubt || failure.leavesDoubt };
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
