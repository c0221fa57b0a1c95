import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { visitorKey } from '../conversation/match-keys.ts';
import type { ChatsOf } from '../delivering/ports.ts';
import { accountPrefix, conversationIdOf, personPartition } from './keys.ts';
import type { Item, Table } from './table.ts';

/** An id with more chats is no person's: some shops give all their visitors the same. */
const mostChats = 200;

/**
 * The chats of one visitor, read consistently: of two who write and then read, at least one sees the other. Of one
 * account alone: nothing says that Smartsupp gives an id in no other account to somebody else.
 */
export function createChatsOf({ documents, tableName }: Table): ChatsOf {
  return async ({ id, visitor }) => {
    if (visitor.id === null) return [];
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': personPartition(visitorKey(visitor.id)), ':prefix': accountPrefix(id) },
        ConsistentRead: true,
        Limit: mostChats + 1,
      }),
    );
    if (Items.length > mostChats) return [];
    return Items.sort(byTime).map(({ sk, email, phone }) => ({
      conversationId: conversationIdOf(String(sk)),
      email: typeof email === 'string' ? email : null,
      phone: typeof phone === 'string' ? phone : null,
    }));
  };
}

const byTime = (a: Item, b: Item) => (String(a['receivedAt']) < String(b['receivedAt']) ? -1 : 1);
