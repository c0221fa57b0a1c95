import type { ChatsOf } from '../delivery/ports.ts';
import { collect } from '../platform/collect.ts';
import { keyText } from './keys.ts';
import type { Table } from './table.ts';

/** An id with more chats is no person's: some shops give all their visitors the same. */
const maxChats = 200;

/**
 * Under what the index `byVisitor` has a chat.
 * @param visitor as `accountVisitor` has it
 */
export const visitorIndex = (visitor: string | null, receivedAt: string) =>
  visitor === null ? {} : { visitor: keyText(visitor), visitorAt: receivedAt };

export function createChatsOf(table: Table): ChatsOf {
  return async (visitor) => {
    const found = table.query({
      index: 'byVisitor',
      where: 'visitor = :visitor',
      values: { ':visitor': keyText(visitor) },
      pageSize: maxChats + 1,
    });
    const chats = await collect(found, maxChats + 1);
    return chats.length > maxChats
      ? []
      : chats.map(({ conversationId, email, phone }) => ({
          conversationId: String(conversationId),
          email: textIn(email),
          phone: textIn(phone),
        }));
  };
}

const textIn = (value: unknown) => (typeof value === 'string' ? value : null);
