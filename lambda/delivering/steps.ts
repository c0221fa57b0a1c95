import type { Conversation } from '../conversation/model.ts';
import type { Entry, FollowUp, FollowUpId, LogId } from '../crm/adapter.ts';
import type { Plan } from '../mapping/plan.ts';
import { type ContactStep, type FoundContact, findContact } from './contact-step.ts';
import { AdapterFailure, asked } from './failure.ts';
import type { Crm } from './gathering.ts';
import type { Change, Delivery } from './ledger.ts';
import type { Contacts } from './ports.ts';

export type Steps = {
  readonly crm: Crm;
  readonly contacts: Contacts;
  readonly destination: string;
  readonly now: () => Date;
  /** Told of each effect as soon as it is known, so that an error after it does not forget it. */
  readonly learned: (what: Partial<Delivery>) => void;
};

export type Job = { readonly conversation: Conversation; readonly contentHash: string; readonly deadline: Date };

/** What earlier attempts have come to. */
type SoFar = Pick<Delivery, 'attempts' | 'inDoubt' | 'logId' | 'loggedHash' | 'followUpId'>;

type PlannedDelivery = Extract<Plan, { kind: 'deliver' }>;

/** How soon to ask again whether somebody else has made the contact. Creating one takes about a second. */
const contactPollMs = 2000;

/**
 * Takes the steps that a delivery has left: contact, then transcript, then follow-up. Answers what is to be written of it.
 * @throws AdapterFailure for whatever the adapter threw; else what the store throws
 */
export async function takeSteps(job: Job, plan: Plan, delivery: SoFar, steps: Steps): Promise<Change> {
  if (plan.kind === 'skip') return { state: 'skipped', reason: plan.reason };
  if (plan.kind === 'hold') return { state: 'held', reason: plan.reason };

  const contact = await findContact(plan.contact, job.deadline, steps);
  if (contact.kind === 'busy') return waitForTurn(contact, delivery, steps);
  try {
    return await write(job, plan, delivery, contact, steps);
  } catch (error) {
    if (contact.remembered === undefined || !(error instanceof AdapterFailure && error.isPermanent)) throw error;
    // Perhaps that contact was merged or deleted since we met it: then the CRM has another for this person, or none.
    await steps.contacts.forget(contact.remembered, contact.contactId);
    const other = await findContact(plan.contact, job.deadline, steps);
    if (other.kind === 'busy') return waitForTurn(other, delivery, steps);
    if (other.contactId === contact.contactId) throw error;
    return write(job, plan, delivery, other, steps);
  }
}

function waitForTurn({ until }: Extract<ContactStep, { kind: 'busy' }>, delivery: SoFar, { now }: Steps): Change {
  const nextAttemptAt = new Date(Math.min(until.getTime(), now().getTime() + contactPollMs));
  // Waiting one's turn is no attempt.
  return { state: 'pending', attempts: delivery.attempts - 1, nextAttemptAt: nextAttemptAt.toISOString() };
}

/** Transcript, then follow-up, each once, whatever earlier attempts may have come to. */
async function write(
  { conversation, contentHash }: Job,
  { ownerId, followUp }: PlannedDelivery,
  delivery: SoFar,
  { contactId }: FoundContact,
  { crm, learned }: Steps,
): Promise<Change> {
  const entry = { conversation, contentHash, contactId, ownerId };
  const logId = await writeLog(entry, delivery, crm);
  const written = { contactId: contactId ?? null, logId, loggedHash: contentHash };
  learned(written);
  const followUpId = await makeFollowUp(entry, followUp, delivery, crm);
  return { state: 'delivered', ...written, followUpId, inDoubt: false };
}

async function writeLog(entry: Entry, delivery: SoFar, crm: Crm): Promise<LogId> {
  if (delivery.logId !== null && delivery.loggedHash === entry.contentHash) return delivery.logId;
  const isLost = delivery.inDoubt && delivery.logId === null;
  const logId = delivery.logId ?? (isLost ? await asked('log', crm.findConversation?.(entry)) : undefined);
  return asked('log', logId === undefined ? crm.logConversation(entry) : crm.updateConversation(entry, logId));
}

async function makeFollowUp(
  entry: Entry,
  followUp: FollowUp | null,
  { followUpId, inDoubt }: SoFar,
  { createFollowUp, findFollowUp }: Crm,
): Promise<FollowUpId | null> {
  if (followUpId !== null || followUp === null || createFollowUp === undefined) return followUpId;
  const request = { ...entry, followUp };
  const found = inDoubt ? await asked('follow-up', findFollowUp?.(request)) : undefined;
  return found ?? asked('follow-up', createFollowUp(request));
}
