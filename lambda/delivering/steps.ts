import type { Conversation } from '../conversation/model.ts';
import type { Entry, FollowUp, FollowUpId, LogId, Person } from '../crm/adapter.ts';
import type { Plan } from '../mapping/plan.ts';
import { type ContactStep, type FoundContact, findContact } from './contact-step.ts';
import { AdapterFailure, asked } from './failure.ts';
import type { Crm } from './gathering.ts';
import type { Change, Delivery } from './ledger.ts';
import type { Contacts } from './ports.ts';

export type Steps = {
  readonly crm: Crm;
  /** Where the contact of such a person is remembered. */
  readonly contactsFor: (person: Person) => Contacts;
  readonly destination: string;
  readonly now: () => Date;
  /** How far the delivery has come, in this attempt and those before. */
  readonly soFar: () => SoFar;
  /** Told of each effect as soon as it is known, so that an error after it does not forget it. */
  readonly learned: (what: Partial<SoFar>) => void;
};

export type Job = { readonly conversation: Conversation; readonly contentHash: string; readonly deadline: Date };

type SoFar = Pick<
  Delivery,
  'attempts' | 'inDoubt' | 'contactId' | 'contactOf' | 'told' | 'logId' | 'loggedHash' | 'followUpId'
>;

type Met = Pick<SoFar, 'contactId' | 'contactOf'>;

type PlannedDelivery = Extract<Plan, { kind: 'deliver' }>;

/** How soon to ask again whether somebody else has made the contact. Creating one takes about a second. */
const contactPollMs = 2000;

/**
 * Takes the steps that a delivery has left: contact, then transcript, then follow-up. Answers what is to be written of it
 * beside what was learned.
 * @throws AdapterFailure for whatever the adapter threw; else what the store throws
 */
export async function takeSteps(job: Job, plan: Plan, steps: Steps): Promise<Change> {
  if (plan.kind === 'skip') return { state: 'skipped', reason: plan.reason };
  if (plan.kind === 'hold') return { state: 'held', reason: plan.reason };

  const contact = await findContact(plan.contact, job.deadline, steps);
  if (contact.kind === 'busy') return waitForTurn(contact, steps);
  try {
    return await write(job, plan, contact, steps);
  } catch (error) {
    if (contact.forget === undefined || !(error instanceof AdapterFailure && error.isPermanent)) throw error;
    // Perhaps that contact was merged or deleted since we met it: then the CRM has another for this person, or none.
    await contact.forget();
    const other = await findContact(plan.contact, job.deadline, steps, { isFresh: true });
    if (other.kind === 'busy') return waitForTurn(other, steps);
    if (other.contactId === contact.contactId) throw error;
    return write(job, plan, other, steps);
  }
}

function waitForTurn({ until }: Extract<ContactStep, { kind: 'busy' }>, { soFar, now }: Steps): Change {
  const nextAttemptAt = new Date(Math.min(until.getTime(), now().getTime() + contactPollMs));
  // Waiting one's turn is no attempt.
  return { state: 'pending', attempts: soFar().attempts - 1, nextAttemptAt: nextAttemptAt.toISOString() };
}

/** Transcript, then follow-up, each once, whatever earlier attempts may have come to. */
async function write(
  { conversation, contentHash }: Job,
  { ownerId, followUp }: PlannedDelivery,
  { contactId, contactOf, told }: FoundContact,
  { crm, soFar, learned }: Steps,
): Promise<Change> {
  const entry = { conversation, contentHash, contactId, ownerId };
  const contact = { contactId: contactId ?? null, contactOf, told };
  const former = soFar();
  if (former.logId !== null && isAnothers(former, contact)) {
    // What the chat says by now is not for the person to whom a former copy of it was brought.
    await asked('log', crm.removeConversation?.(former.logId));
    learned({ logId: null, loggedHash: null });
  }
  // The ledger's contact is the one that the log is on, or will be: where its answer is lost, it is looked for there.
  if (soFar().logId === null) learned(contact);
  const logId = await writeLog(entry, soFar(), crm);
  learned({ ...contact, logId, loggedHash: contentHash });
  const followUpId = await makeFollowUp(entry, followUp, soFar(), crm);
  return { state: 'delivered', followUpId, inDoubt: false };
}

/** Whether it is both another contact and another person's: one that was merged is the same person's. */
const isAnothers = (former: Met, contact: Met) =>
  former.contactOf !== null && former.contactOf !== contact.contactOf && former.contactId !== contact.contactId;

async function writeLog(entry: Entry, { inDoubt, logId, loggedHash }: SoFar, crm: Crm): Promise<LogId> {
  if (logId !== null && loggedHash === entry.contentHash) return logId;
  const mayBeThere = inDoubt && logId === null;
  const known = logId ?? (mayBeThere ? await asked('log', crm.findConversation?.(entry)) : undefined);
  return asked('log', known === undefined ? crm.logConversation(entry) : crm.updateConversation(entry, known));
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
