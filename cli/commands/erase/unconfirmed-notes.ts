import type { CrmAdapter, Entry, LogId } from '../../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { type Delivery, firstSeenAt } from '../../../lambda/delivery/delivery.ts';
import { readConversation } from '../../../lambda/smartsupp/body/body.ts';
import type { Person, PersonChat } from '../../lib/person/person.ts';

/** Whether an attempt may have written a note whose id the ledger lacks. */
export const isInDoubt = ({ inDoubt, leaseUntil }: Pick<Delivery, 'inDoubt' | 'leaseUntil'>): boolean =>
  inDoubt || leaseUntil !== null;

type Finder = Pick<CrmAdapter, 'findConversation' | 'removeConversation' | 'upsertContacts'>;

export const canFindNotes = (adapter: Finder | undefined): boolean =>
  adapter?.findConversation !== undefined && adapter.removeConversation !== undefined;

type UnconfirmedNotes = {
  readonly logIds: readonly LogId[];
  /** Nothing was found, but a note may exist. */
  readonly isOpen: boolean;
};

const cannotLook: UnconfirmedNotes = { logIds: [], isOpen: true };

/**
 * Finds notes in doubt; without a known contact the result may be incomplete. Throws CrmError if a retry may find more.
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
    // The contact may be gone, so a repetition would always fail.
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

export type NotesAt = {
  readonly destination: string;
  readonly count: number;
  readonly doubtful: number;
  readonly isRemovable: boolean;
};

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
