import { collect } from '../platform/collect.ts';
import { chatPrefix, contactPrefix, conversationIdOf, personPartition } from './keys.ts';
import type { Item, Table } from './table.ts';

export type PersonContact = { readonly destination: string; readonly contactId: string };

/** What lies under a person, beside the chats themselves. */
export function createPersons(table: Table) {
  const itemsOf = (personKey: string): Promise<readonly Item[]> =>
    collect(table.query({ where: 'pk = :pk', values: { ':pk': personPartition(personKey) }, consistent: true }));

  return {
    /** The contacts that the CRMs have of this person. */
    contactsOf: async (personKey: string): Promise<readonly PersonContact[]> =>
      (await itemsOf(personKey)).flatMap(({ sk, contactId }) =>
        String(sk).startsWith(contactPrefix) && typeof contactId === 'string'
          ? [{ destination: String(sk).slice(contactPrefix.length), contactId }]
          : [],
      ),
    /**
     * Forgets that these chats are the person's, and when none is left, all that was known of them.
     * @param options.areAll whether they are all that were found: under an address there lie no cards that would tell
     */
    forget: async (
      personKey: string,
      conversationIds: readonly string[],
      { areAll }: { readonly areAll: boolean },
    ): Promise<void> => {
      const items = await itemsOf(personKey);
      const erased = new Set(conversationIds);
      const isCard = ({ sk }: Item) => String(sk).startsWith(chatPrefix);
      const isErased = (item: Item) => isCard(item) && erased.has(conversationIdOf(String(item['sk'])));
      const isLeft = (item: Item) => isCard(item) && !isErased(item);
      const gone = areAll && !items.some(isLeft) ? items : items.filter(isErased);
      await Promise.all(gone.map(({ pk, sk }) => table.delete({ pk: String(pk), sk: String(sk) })));
    },
  };
}
