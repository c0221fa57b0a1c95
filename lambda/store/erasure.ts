import { DeleteCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { chatKey, chatPartition, expiresAt } from './keys.ts';
import type { Item, Table } from './table.ts';

/** A message with a copy of the chat may come back for as long as the queue keeps one, which is 14 days. */
const days = 15;

/** Greater than every revision: no copy of an erased chat is newer. */
const lastRevision = '~';

/** What is left of an erased chat: that a copy of it, on its way still, has nothing to say any more. */
export const isErased = (header: Item | undefined) => header?.['revision'] === lastRevision;

/** Erases a conversation: its words, its deliveries, and whatever copy of it is yet to come. */
export function createEraseConversation({ documents, tableName }: Table, now: () => Date) {
  return async (conversationId: string): Promise<void> => {
    const key = chatKey(conversationId);
    const mark = { contentHash: 'erased', revision: lastRevision, erasedAt: now().toISOString() };
    const Item = { ...key, conversationId, ...mark, expiresAt: expiresAt(now(), days) };
    await documents.send(new PutCommand({ TableName: tableName, Item }));
    const query = {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': chatPartition(conversationId) },
      ProjectionExpression: 'pk, sk',
      ConsistentRead: true,
    };
    for await (const { Items = [] } of paginateQuery({ client: documents }, query)) {
      const others = Items.filter(({ sk }) => sk !== key.sk);
      await Promise.all(
        others.map(({ pk, sk }) => documents.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }))),
      );
    }
  };
}
