import type { Config } from '../../../lambda/config/config.ts';
import type { Destination } from '../../../lambda/crm/catalogue.ts';
import type { CrmAdapter, Entry, LogId } from '../../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { type Delivery, firstSeenAt } from '../../../lambda/delivery/delivery.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import type { Person, PersonChat } from '../../lib/person/person.ts';

/** A part that an erasure leaves in a CRM, to be removed by hand. */
export type NotErased = {
  readonly destination: string;
  readonly what: 'chat' | 'doubtful chat' | 'contact' | 'follow-up' | 'file';
  readonly id: string;
};

export function keptParts(
  conversationId: string,
  { destination, logId, followUpId, files }: Pick<Delivery, 'destination' | 'logId' | 'followUpId' | 'files'>,
  adapter: Pick<CrmAdapter, 'removeConversation' | 'files'> | undefined,
): readonly NotErased[] {
  const stays = logId !== null && adapter?.removeConversation === undefined;
  return [
    ...(stays ? [{ destination, what: 'chat' as const, id: `${conversationId} (${logId})` }] : []),
    ...(adapter?.files === undefined ? files.map(({ id }) => ({ destination, what: 'file' as const, id })) : []),
    ...(followUpId === null ? [] : [{ destination, what: 'follow-up' as const, id: followUpId }]),
  ];
}

/** The note that an attempt may have written, if it cannot be found. */
export const maybeKept = (conversationId: string, destination: string): NotErased => ({
  destination,
  what: 'doubtful chat',
  id: conversationId,
});

export const keptContacts = (contacts: Person['contacts']): readonly NotErased[] =>
  contacts.map(({ destination, contactId }) => ({ destination, what: 'contact', id: contactId }));

export async function notErasedOf(
  { chats, contacts }: Pick<Person, 'chats' | 'contacts'>,
  adapterOf: (destination: string) => Promise<CrmAdapter | undefined>,
): Promise<readonly NotErased[]> {
  const ofChats = chats.flatMap(({ conversationId, deliveries }) =>
    deliveries.map(async (delivery) => {
      const adapter = await adapterOf(delivery.destination);
      const isUnconfirmed = isInDoubt(delivery) && delivery.logId === null && !canFindNotes(adapter);
      return [
        ...keptParts(conversationId, delivery, adapter),
        ...(isUnconfirmed ? [maybeKept(conversationId, delivery.destination)] : []),
      ];
    }),
  );
  return [...(await Promise.all(ofChats)).flat(), ...keptContacts(contacts)];
}

/** One line for each destination: `sales: the contacts 7 and 9; the follow-up 12, which may be somebody's work`. */
export const notErasedLines = (kept: readonly NotErased[]): readonly string[] =>
  [...Map.groupBy(kept, ({ destination }) => destination)].map(([destination, ofIt]) => {
    const parts = kinds.flatMap(({ what, one, more, remark }) => {
      const ids = [...new Set(ofIt.filter((each) => each.what === what).map(({ id }) => id))];
      return ids.length === 0 ? [] : [`${ids.length === 1 ? one : more} ${inWords.format(ids)}${remark}`];
    });
    return `${destination}: ${parts.join('; ')}`;
  });

const kinds = [
  { what: 'contact', one: 'the contact', more: 'the contacts', remark: '' },
  { what: 'chat', one: 'the note of chat', more: 'the notes of the chats', remark: '' },
  { what: 'doubtful chat', one: 'a possible note of chat', more: 'possible notes of the chats', remark: '' },
  { what: 'follow-up', one: 'the follow-up', more: 'the follow-ups', remark: ", which may be somebody's work" },
] as const;

const inWords = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** How long CRMs keep a deleted note or ticket, by their pages in docs/crms. */
const keptBy: Partial<Record<Destination['adapter'], string>> = {
  espocrm: 'EspoCRM keeps deleted posts in its database, unseen, until its own clean-up: two months by default.',
  hubspot: 'HubSpot keeps deleted notes in its recycling bin for 90 days.',
  zendesk: 'Zendesk keeps deleted tickets for 30 days.',
  freshdesk: 'Freshdesk keeps deleted tickets in its bin until that is emptied.',
};

/** @param removedFrom the destinations from which something was removed */
export const keptForAWhile = (
  { destinations }: Pick<Config, 'destinations'>,
  removedFrom: readonly string[],
): readonly string[] =>
  destinations.flatMap(({ name, adapter }) => {
    const words = removedFrom.includes(name) ? keptBy[adapter] : undefined;
    return words === undefined ? [] : `${name}: ${words}`;
  });

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

/**
 * Finds notes in doubt; without a contact that is certain the result may be incomplete. Throws CrmError if a retry may
 * find more.
 */
export async function findUnconfirmedNotes(
  { body, receivedAt }: Pick<PersonChat, 'body' | 'receivedAt'>,
  delivery: Delivery,
  { adapter, contacts }: { readonly adapter: Finder | undefined; readonly contacts: Person['contacts'] },
): Promise<UnconfirmedNotes> {
  const conversation = readConversation(body);
  const cannotLook = { logIds: [], isOpen: delivery.logId === null };
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
  if (delivery.logId !== null) logIds.delete(delivery.logId);
  return { logIds: [...logIds], isOpen: logIds.size === 0 && keepsContacts && !isContactCertain(delivery) };
}

/** A process that died may have written to another person's contact, whose id it took with it. */
const isContactCertain = ({ contactId, leaseUntil, attemptedFor, history }: Delivery): boolean =>
  contactId !== null &&
  leaseUntil === null &&
  attemptedFor.length <= 1 &&
  history.every(({ outcome }) => outcome !== 'crashed');

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
