import type { CrmAdapter, Entry, LogId } from '../../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { type Delivery, firstSeenAt } from '../../../lambda/delivery/delivery.ts';
import { readConversation } from '../../../lambda/smartsupp/to-conversation.ts';
import type { Person, PersonChat } from '../../lib/find-person.ts';

/** Whether an attempt may have written a note whose id the ledger lacks: its answer was lost, or it crashed. */
export const isInDoubt = ({ inDoubt, leaseUntil }: Pick<Delivery, 'inDoubt' | 'leaseUntil'>): boolean =>
  inDoubt || leaseUntil !== null;

type Finder = Pick<CrmAdapter, 'findConversation' | 'removeConversation' | 'upsertContacts'>;

/** Whether notes in doubt can be found and removed. */
export const canFindNotes = (adapter: Finder | undefined): boolean =>
  adapter?.findConversation !== undefined && adapter.removeConversation !== undefined;

type UnconfirmedNotes = {
  readonly logIds: readonly LogId[];
  /** Nothing was found, but a note may exist. */
  readonly isOpen: boolean;
};

const cannotLook: UnconfirmedNotes = { logIds: [], isOpen: true };

/**
 * Finds what a delivery in doubt has written. If the ledger lacks its contact, all contacts of the person are searched, and
 * finding nothing proves nothing.
 * @throws CrmError if a later attempt may find it
 */
export async function findUnconfirmedNotes(
  { body, receivedAt }: Pick<PersonChat, 'body' | 'receivedAt'>,
  delivery: Pick<Delivery, 'destination' | 'contactId' | 'contentHash' | 'since' | 'history'>,
  { adapter, contacts }: { readonly adapter: Finder | undefined; readonly contacts: Person['contacts'] },
): Promise<UnconfirmedNotes> {
  const conversation = readConversation(body);
  if (conversation === undefined || !canFindNotes(adapter)) return cannotLook;
  const chat: Omit<Entry, 'contactId'> = {
    conversation,
    contentHash: delivery.contentHash,
    receivedAt: firstSeenAt(delivery, receivedAt),
    ownerId: null,
    refused: [],
  };
  const logIds = new Set<LogId>();
  const keepsContacts = adapter?.upsertContacts !== undefined;
  try {
    for (const contactId of keepsContacts ? contactsOf(delivery, contacts) : [undefined]) {
      const logId = await adapter?.findConversation?.({ ...chat, contactId });
      if (logId !== undefined) logIds.add(logId);
    }
  } catch (error) {
    // The contact may be gone: running the command again would fail forever.
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

/** What a CRM has of a person's chats. */
export type NotesAt = {
  readonly destination: string;
  readonly count: number;
  /** How many more there may be, which an erasure looks for. */
  readonly doubtful: number;
  /** Whether an erasure removes them; else they are left to be removed by hand. */
  readonly isRemovable: boolean;
};

/** Where notes of these chats are, by destination. */
export async function notesOf(
  chats: readonly Pick<PersonChat, 'deliveries'>[],
  adapterOf: (destination: string) => Promise<CrmAdapter | undefined>,
): Promise<readonly NotesAt[]> {
  const deliveries = chats.flatMap((chat) => chat.deliveries);
  const relevant = deliveries.filter((delivery) => delivery.logId !== null || isInDoubt(delivery));
  const notes = await Promise.all(
    [...Map.groupBy(relevant, ({ destination }) => destination)].map(async ([destination, those]) => {
      const adapter = await adapterOf(destination);
      const count = those.filter(({ logId }) => logId !== null).length;
      const doubtful = canFindNotes(adapter) ? those.length - count : 0;
      return { destination, count, doubtful, isRemovable: adapter?.removeConversation !== undefined };
    }),
  );
  return notes.filter(({ count, doubtful }) => count + doubtful > 0);
}
