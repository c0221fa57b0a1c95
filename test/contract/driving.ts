import { normaliseEmail } from '../../lambda/conversation/contact-details.ts';
import type { Conversation } from '../../lambda/conversation/model.ts';
import type { Batch, ContactId, CrmAdapter, Entry, LogId, Person } from '../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../lambda/crm/port/errors.ts';
import { anEntry } from '../fixtures/conversation.ts';
import type { Contact, ContactTraits } from './subject.ts';
import { declared } from './trial.ts';

/** A person with a name and an address; any part can be another. */
export const aPerson = (parts: Partial<Person> = {}): Person => ({
  email: 'eva@example.com',
  phone: null,
  customerId: null,
  name: 'Eva Horáková',
  company: null,
  countryCode: 'CZ',
  fields: [],
  ownerId: null,
  unusable: [],
  ...parts,
});

export const nobody = { email: null, phone: null, customerId: null, name: null, countryCode: null } as const;

/** A contact's name as the CRM keeps it. */
export const kept = ({ names }: Pick<ContactTraits, 'names'>, first = 'Eva', last = 'Horáková'): Contact =>
  names === 'whole' ? { name: `${first} ${last}` } : { first, last };

/** One item's effect, as if it were alone. */
export async function one<Item, Result>(batch: Batch<Item, Result>, item: Item): Promise<Result> {
  const [outcome, ...others] = await batch.run([item]);
  if (outcome === undefined || others.length > 0) throw new Error('One item has one outcome.');
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

/** All items' effects, as many at a time as the adapter takes. */
export async function all<Item, Result>(
  batch: Batch<Item, Result>,
  items: readonly Item[],
): Promise<readonly PromiseSettledResult<Result>[]> {
  const outcomes: PromiseSettledResult<Result>[] = [];
  for (let from = 0; from < items.length; from += batch.maxSize) {
    outcomes.push(...(await batch.run(items.slice(from, from + batch.maxSize))));
  }
  return outcomes;
}

export const upsert = (adapter: CrmAdapter, person: Person, known?: ContactId): Promise<ContactId> =>
  one(declared(adapter.upsertContacts), { person, known });

export const log = (adapter: CrmAdapter, entry: Entry): Promise<LogId> => one(adapter.logConversations, entry);

/** What the ledger remembers of one conversation between two attempts. */
export type Memory = { contactId?: string; logId?: string; inDoubt: boolean };

/**
 * One attempt at a delivery, with the steps and the caution that the port asks of whoever uses it.
 * @param known the visitor's contact, remembered from another conversation
 */
export async function attempt(
  adapter: CrmAdapter,
  conversation: Conversation,
  memory: Memory,
  known?: ContactId,
): Promise<void> {
  try {
    const { email, name, countryCode } = conversation.visitor;
    const person = aPerson({ email: normaliseEmail(email), name, countryCode });
    const contactId = memory.contactId ?? (adapter.upsertContacts && (await upsert(adapter, person, known)));
    if (contactId !== undefined) memory.contactId = contactId;
    const entry = anEntry(conversation, contactId);
    const doubtful = memory.logId === undefined && memory.inDoubt;
    const logId = memory.logId ?? (doubtful ? await adapter.findConversation?.(entry) : undefined);
    memory.logId = await (logId === undefined ? log(adapter, entry) : adapter.updateConversation(entry, logId));
    memory.inDoubt = false;
  } catch (error) {
    memory.inDoubt ||= !(error instanceof CrmError) || error.outcomeUnknown;
    throw error;
  }
}

/** The error that a failing effect ends with. */
export async function failure(effect: Promise<unknown>): Promise<CrmError> {
  const error = await effect.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CrmError) return error;
  throw new Error('A CrmError was to be thrown.', { cause: error });
}
