import { DeleteCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { chatPartition, chatPrefix, contactPrefix, personPartition } from './keys.ts';
import type { Item, Table } from './table.ts';

export type PersonContact = { readonly destination: string; readonly contactId: string };

/** What lies under a person, beside the chats themselves. */
export function createPersons({ documents, tableName }: Table) {
  const itemsOf = async (personKey: string): Promise<readonly Item[]> => {
    const items: Item[] = [];
    const query = {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': personPartition(personKey) },
      ConsistentRead: true,
    };
    for await (const { Items = [] } of paginateQuery({ client: documents }, query)) items.push(...Items);
    return items;
  };

  return {
    /** The contacts that the CRMs have of this person. */
    contactsOf: async (personKey: string): Promise<readonly PersonContact[]> =>
      (await itemsOf(personKey)).flatMap(({ sk, contactId }) =>
        String(sk).startsWith(contactPrefix) && typeof contactId === 'string'
          ? [{ destination: String(sk).slice(contactPrefix.length), contactId }]
          : [],
      ),
    /** Forgets that these chats are the person's, and when none is left, all that was known of them. */
    forget: async (personKey: string, conversationIds: readonly string[]): Promise<void> => {
      const items = await itemsOf(personKey);
      const erased = new Set(conversationIds.map(chatPartition));
      const isLeft = ({ sk }: Item) => String(sk).startsWith(chatPrefix) && !erased.has(String(sk));
      const gone = items.some(isLeft) ? items.filter(({ sk }) => erased.has(String(sk))) : items;
      await Promise.all(
        gone.map(({ pk, sk }) => documents.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }))),
      );
    },
  };
}
