import type { CrmAdapter, Entry, LogId } from '../../lambda/crm/adapter.ts';
import { CrmError } from '../../lambda/crm/errors.ts';
import { type Delivery, firstSeenAt } from '../../lambda/delivery/delivery.ts';
import { readConversation } from '../../lambda/smartsupp/recognise.ts';
import type { Person, PersonChat } from './find-person.ts';

/** Whether an attempt may have written what the ledger does not know of: its answer was lost, or it died. */
export const isInDoubt = ({ inDoubt, leaseUntil }: Pick<Delivery, 'inDoubt' | 'leaseUntil'>): boolean =>
  inDoubt || leaseUntil !== null;

type Finder = Pick<CrmAdapter, 'findConversation' | 'removeConversation' | 'upsertContacts'>;

/** Whether what was written in doubt can be looked for, and then removed. */
export const findsLost = (adapter: Finder | undefined): boolean =>
  adapter?.findConversation !== undefined && adapter.removeConversation !== undefined;

type Lost = {
  readonly logIds: readonly LogId[];
  /** Nothing was found, and it may be there all the same. */
  readonly isOpen: boolean;
};

const cannotLook: Lost = { logIds: [], isOpen: true };

/**
 * Looks for what a delivery in doubt has written. Where the ledger does not know its contact, that is on every contact of
 * the person's, and no proof if it is on none.
 * @throws CrmError where it may be found another time
 */
export async function findLost(
  { body, receivedAt }: Pick<PersonChat, 'body' | 'receivedAt'>,
  delivery: Pick<Delivery, 'destination' | 'contactId' | 'contentHash' | 'since' | 'history'>,
  { adapter, contacts }: { readonly adapter: Finder | undefined; readonly contacts: Person['contacts'] },
): Promise<Lost> {
  const conversation = readConversation(body);
  if (conversation === undefined || !findsLost(adapter)) return cannotLook;
  const chat: Omit<Entry, 'contactId'> = {
    conversation,
    contentHash: delivery.contentHash,
    receivedAt: firstSeenAt(delivery, receivedAt),
    ownerId: null,
  };
  const logIds = new Set<LogId>();
  const keepsContacts = adapter?.upsertContacts !== undefined;
  try {
    for (const contactId of keepsContacts ? contactsOf(delivery, contacts) : [undefined]) {
      const logId = await adapter?.findConversation?.({ ...chat, contactId });
      if (logId !== undefined) logIds.add(logId);
    }
  } catch (error) {
    // Such as that the contact is gone: to run the same again would never end.
    if (error instanceof CrmError && error.fault.kind === 'permanent') return cannotLook;
    throw error;
  }
  return { logIds: [...logIds], isOpen: logIds.size === 0 && keepsContacts && delivery.contactId === null };
}

const contactsOf = (
  { destination, contactId }: Pick<Delivery, 'destination' | 'contactId'>,
  contacts: Person['contacts'],
): readonly string[] =>
  contactId === null
    ? contacts.filter((contact) => contact.destination === destination).map((contact) => contact.contactId)
    : [contactId];
