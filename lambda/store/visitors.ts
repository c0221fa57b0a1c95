import { visitorKey } from '../conversation/match-keys.ts';
import type { ChatsOf } from '../delivering/ports.ts';
import { collect } from '../platform/collect.ts';
import { newestCards } from './cards.ts';
import { accountPrefix, conversationIdOf, personPartition } from './keys.ts';
import type { Item, Table } from './table.ts';

/** An id with more chats is no person's: some shops give all their visitors the same. */
const mostChats = 200;

/**
 * The chats of one visitor, read consistently: of two who write and then read, at least one sees the other. Of one
 * account alone: nothing says that Smartsupp gives an id in no other account to somebody else.
 */
export function createChatsOf(table: Table): ChatsOf {
  return async ({ id, visitor }) => {
    if (visitor.id === null) return [];
    const found = table.query({
      where: 'pk = :pk AND begins_with(sk, :prefix)',
      values: { ':pk': personPartition(visitorKey(visitor.id)), ':prefix': accountPrefix(id) },
      consistent: true,
      pageSize: mostChats + 1,
    });
    const items = await collect(found, mostChats + 1);
    if (items.length > mostChats) return [];
    return newestCards(items)
      .toSorted(byTime)
      .map(({ sk, email, phone }) => ({
        conversationId: conversationIdOf(String(sk)),
        email: typeof email === 'string' ? email : null,
        phone: typeof phone === 'string' ? phone : null,
      }));
  };
}

const byTime = (a: Item, b: Item) => (String(a['receivedAt']) < String(b['receivedAt']) ? -1 : 1);
