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

/**
 * Takes the steps that a delivery has left, contact first, and answers what is to be written of it.
 * @throws AdapterFailure for whatever the adapter threw; else what the store throws
 */
export async function takeSteps(
  job: { readonly conversation: Conversation; readonly contentHash: string; readonly deadline: Date },
  delivery: Delivery,
  steps: Steps,
): Promise<Change> {
  const contact = await findContact(job, delivery, steps);
  if (contact.kind === 'unrecognisable') return { state: 'held', reason: 'The visitor left no e-mail address.' };
  if (contact.kind === 'busy') {
    const nextAttemptAt = new Date(Math.min(contact.until.getTime(), steps.now().getTime() + contactPollMs));
    // Waiting one's turn is no attempt.
    return { state: 'pending', attempts: delivery.attempts - 1, nextAttemptAt: nextAttemptAt.toISOString() };
  }
  const { conversation, contentHash } = job;
  const logId = await writeLog({ conversation, contentHash, contactId: contact.contactId }, delivery, steps.adapter);
  return {
    state: 'delivered',
    contactId: contact.contactId ?? null,
    logId,
    loggedHash: contentHash,
    inDoubt: false,
  };
}

type ContactStep =
  | { readonly kind: 'found'; readonly contactId: string | undefined }
  | { readonly kind: 'unrecognisable' }
  | { readonly kind: 'busy'; readonly until: Date };

/** Finds the visitor's contact: in this delivery, in what is known of the person, or in the CRM. */
async function findContact(
  { conversation, deadline }: { readonly conversation: Conversation; readonly deadline: Date },
  delivery: Delivery,
  { adapter, contacts, destination }: Steps,
): Promise<ContactStep> {
  const { upsertContact } = adapter;
  if (upsertContact === undefined) return { kind: 'found', contactId: undefined };
  if (delivery.contactId !== null) return { kind: 'found', contactId: delivery.contactId };
  const person = toPerson(conversation);
  if (person === undefined) return { kind: 'unrecognisable' };
  const personAt: PersonAt = { personKey: `email#${person.email}`, destination };
  const claimed = await contacts.claim(personAt, deadline);
  switch (claimed.kind) {
    case 'known':
      return { kind: 'found', contactId: claimed.contactId };
    case 'busy':
      return claimed;
    case 'claimed':
      try {
        const contactId = await asked(upsertContact(person));
        await contacts.remember(personAt, contactId);
        return { kind: 'found', contactId };
      } catch (error) {
        await contacts.release(personAt, deadline);
        throw error;
      }
  }
}

function toPerson({ visitor }: Conversation): Person | undefined {
  const email = normaliseEmail(visitor.email);
  return email === null ? undefined : { email, name: visitor.name, countryCode: visitor.countryCode };
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
