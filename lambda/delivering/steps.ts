import { normaliseEmail } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { CrmAdapter, Entry, LogId, Person } from '../crm/adapter.ts';
import { CrmError } from '../crm/errors.ts';
import type { Change, Delivery } from './ledger.ts';
import type { Contacts, PersonAt } from './ports.ts';

export type Steps = {
  readonly adapter: CrmAdapter;
  readonly contacts: Contacts;
  readonly destination: string;
  readonly now: () => Date;
};

/** What an adapter threw, told apart from what our own store may throw. */
export class AdapterFailure extends Error {
  override readonly name = 'AdapterFailure';
  constructor(cause: unknown) {
    super('The adapter failed.', { cause });
  }
}

const asked = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((cause: unknown) => {
    throw new AdapterFailure(cause);
  });

/** How soon to ask again whether somebody else has made the contact. Creating one takes about a second. */
const contactPollMs = 2000;

type Job = { readonly conversation: Conversation; readonly contentHash: string; readonly deadline: Date };

/**
 * Takes the steps that a delivery has left, contact first, and answers what is to be written of it.
 * @throws AdapterFailure for whatever the adapter threw; else what the store throws
 */
export async function takeSteps(job: Job, delivery: Delivery, steps: Steps): Promise<Change> {
  const contact = await findContact(job, delivery.contactId, steps);
  if (contact.kind !== 'found') return waiting(contact, delivery, steps);
  try {
    return await log(job, delivery, contact, steps);
  } catch (error) {
    if (contact.remembered === undefined || !isPermanent(error)) throw error;
    // Perhaps that contact was merged or deleted since we met it: then the CRM has another for this person, or none.
    await steps.contacts.forget(contact.remembered, contact.contactId);
    const other = await findContact(job, null, steps);
    if (other.kind !== 'found') return waiting(other, delivery, steps);
    if (other.contactId === contact.contactId) throw error;
    return log(job, delivery, other, steps);
  }
}

type ContactStep = Found | Waiting;

type Found =
  | { readonly kind: 'found'; readonly contactId: string; readonly remembered: PersonAt }
  | { readonly kind: 'found'; readonly contactId: string | undefined; readonly remembered: undefined };

type Waiting = { readonly kind: 'unrecognisable' } | { readonly kind: 'busy'; readonly until: Date };

function waiting(step: Waiting, delivery: Delivery, { now }: Steps): Change {
  if (step.kind === 'unrecognisable') return { state: 'held', reason: 'The visitor left no e-mail address.' };
  const nextAttemptAt = new Date(Math.min(step.until.getTime(), now().getTime() + contactPollMs));
  // Waiting one's turn is no attempt.
  return { state: 'pending', attempts: delivery.attempts - 1, nextAttemptAt: nextAttemptAt.toISOString() };
}

/** Finds the visitor's contact: in this delivery, in what is known of the person, or in the CRM. */
async function findContact(job: Job, known: string | null, steps: Steps): Promise<ContactStep> {
  const { adapter, contacts, destination } = steps;
  const { upsertContact } = adapter;
  if (upsertContact === undefined) return { kind: 'found', contactId: undefined, remembered: undefined };
  const person = toPerson(job.conversation);
  if (person === undefined) return { kind: 'unrecognisable' };
  const personAt: PersonAt = { personKey: `email#${person.email}`, destination };
  if (known !== null) return { kind: 'found', contactId: known, remembered: personAt };
  const claimed = await contacts.claim(personAt, job.deadline);
  switch (claimed.kind) {
    case 'known':
      return { kind: 'found', contactId: claimed.contactId, remembered: personAt };
    case 'busy':
      return claimed;
    case 'claimed':
      try {
        const contactId = await asked(upsertContact(person));
        await contacts.remember(personAt, contactId);
        return { kind: 'found', contactId, remembered: undefined };
      } catch (error) {
        await contacts.release(personAt, job.deadline);
        throw error;
      }
  }
}

function toPerson({ visitor }: Conversation): Person | undefined {
  const email = normaliseEmail(visitor.email);
  return email === null ? undefined : { email, name: visitor.name, countryCode: visitor.countryCode };
}

const isPermanent = (error: unknown) =>
  error instanceof AdapterFailure && error.cause instanceof CrmError && error.cause.fault.kind === 'permanent';

async function log(job: Job, delivery: Delivery, { contactId }: Found, { adapter }: Steps): Promise<Change> {
  const { conversation, contentHash } = job;
  const logId = await writeLog({ conversation, contentHash, contactId }, delivery, adapter);
  return { state: 'delivered', contactId: contactId ?? null, logId, loggedHash: contentHash, inDoubt: false };
}

/** Writes the conversation once, whatever earlier attempts may have come to. */
async function writeLog(entry: Entry, delivery: Delivery, adapter: CrmAdapter): Promise<LogId> {
  if (delivery.logId !== null && delivery.loggedHash === entry.contentHash) return delivery.logId;
  const logId = delivery.logId ?? (await findDoubtful(entry, delivery, adapter));
  return asked(logId === undefined ? adapter.logConversation(entry) : adapter.updateConversation(entry, logId));
}

async function findDoubtful(entry: Entry, delivery: Delivery, { findConversation }: CrmAdapter) {
  return delivery.inDoubt && findConversation ? asked(findConversation(entry)) : undefined;
}

/** Whether the failed attempt may have written something all the same. */
export const leavesDoubt = ({ cause }: AdapterFailure) => !(cause instanceof CrmError) || cause.outcomeUnknown;
