import { collect } from '../platform/collect.ts';
import { contactPrefix, personPartition } from './keys.ts';
import type { Item, Table } from './table.ts';

export type PersonContact = { readonly destination: string; readonly contactId: string };

/** What lies under a person: the contacts that the CRMs have of them. */
export function createPersons(table: Table) {
  const itemsOf = (personKey: string): Promise<readonly Item[]> =>
    collect(table.query({ where: 'pk = :pk', values: { ':pk': personPartition(personKey) }, consistent: true }));

  return {
    contactsOf: async (personKey: string): Promise<readonly PersonContact[]> =>
      (await itemsOf(personKey)).flatMap(({ sk, contactId }) =>
        typeof contactId === 'string' ? [{ destination: String(sk).slice(contactPrefix.length), contactId }] : [],
      ),
    forget: async (personKey: string): Promise<void> => {
      const items = await itemsOf(personKey);
      await Promise.all(items.map(({ pk, sk }) => table.delete({ pk: String(pk), sk: String(sk) })));
    },
  };
}
