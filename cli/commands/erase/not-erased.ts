import type { Config } from '../../../lambda/config/config.ts';
import type { Destination } from '../../../lambda/crm/catalogue.ts';
import type { CrmAdapter } from '../../../lambda/crm/port/adapter.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import type { Person } from '../../lib/person/person.ts';
import { canFindNotes, isInDoubt } from './unconfirmed-notes.ts';

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
export const maybeKept = (
  conversationId: string,
  { destination, logId }: Pick<Delivery, 'destination' | 'logId'>,
): readonly NotErased[] => (logId === null ? [{ destination, what: 'doubtful chat', id: conversationId }] : []);

export const keptContacts = (contacts: Person['contacts']): readonly NotErased[] =>
  contacts.map(({ destination, contactId }) => ({ destination, what: 'contact', id: contactId }));

export async function notErasedOf(
  { chats, contacts }: Pick<Person, 'chats' | 'contacts'>,
  adapterOf: (destination: string) => Promise<CrmAdapter | undefined>,
): Promise<readonly NotErased[]> {
  const ofChats = chats.flatMap(({ conversationId, deliveries }) =>
    deliveries.map(async (delivery) => {
      const adapter = await adapterOf(delivery.destination);
      const isUnconfirmed = isInDoubt(delivery) && !canFindNotes(adapter);
      return [
        ...keptParts(conversationId, delivery, adapter),
        ...(isUnconfirmed ? maybeKept(conversationId, delivery) : []),
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
