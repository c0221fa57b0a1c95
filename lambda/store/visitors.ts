import { visitorKey } from '../conversation/match-keys.ts';
import type { ChatsOf } from '../delivering/ports.ts';
import { collect } from '../platform/collect.ts';
import { foundCard, newestCards } from './cards.ts';
import { accountPrefix, personPartition } from './keys.ts';
import type { Item, Table } from './table.ts';

/** An id with more chats is no person's: some shops give all their visitors the same. */
const mostChats = 200;
/** While copies take the place of others, chats have a card more. */
const mostCards = mostChats + 50;

/**
 * The chats of one visitor, read consistently: of two who write and then read, at least one sees the other. Of one
 * account alone: nothing says that Smartsupp gives an id in no other account to somebody else.
 */
export function createChatsOf(table: Table): ChatsOf {
  const cardsOf = createVisitorCards(table);
  return async (conversation) =>
    (await cardsOf(conversation)).toSorted(byTime).map((card) => ({
      conversationId: foundCard(card).conversationId,
      email: textIn(card['email']),
      phone: textIn(card['phone']),
    }));
}

/** The newest card of each of those chats. */
export function createVisitorCards(table: Table) {
  return async ({ id, visitor }: Parameters<ChatsOf>[0]): Promise<readonly Item[]> => {
    if (visitor.id === null) return [];
    const found = table.query({
      where: 'pk = :pk AND begins_with(sk, :prefix)',
      values: { ':pk': personPartition(visitorKey(visitor.id)), ':prefix': accountPrefix(id) },
      consistent: true,
      pageSize: mostCards,
    });
    const cards = await collect(found, mostCards);
    const newest = newestCards(cards);
    return newest.length > mostChats || cards.length === mostCards ? [] : newest;
  };
}

const textIn = (value: unknown) => (typeof value === 'string' ? value : null);

const byTime = (a: Item, b: Item) => (String(a['receivedAt']) < String(b['receivedAt']) ? -1 : 1);
