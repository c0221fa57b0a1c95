import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { visitorKey } from '../conversation/match-keys.ts';
import type { ChatsOf } from '../delivering/ports.ts';
import { chatPrefix, conversationIdOf, personPartition } from './keys.ts';
import type { Item, Table } from './table.ts';

/** The chats of one visitor, read consistently: of two who write and then read, at least one sees the other. */
export function createChatsOf({ documents, tableName }: Table): ChatsOf {
  return async (visitorId) => {
    const items: Item[] = [];
    const query = {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': personPartition(visitorKey(visitorId)), ':prefix': chatPrefix },
      ConsistentRead: true,
    };
    for await (const { Items = [] } of paginateQuery({ client: documents }, query)) items.push(...Items);
    return items.sort(byTime).map(({ sk, email }) => ({
      conversationId: conversationIdOf(String(sk)),
      email: typeof email === 'string' ? email : null,
    }));
  };
}

const byTime = (a: Item, b: Item) => (String(a['receivedAt']) < String(b['receivedAt']) ? -1 : 1);
