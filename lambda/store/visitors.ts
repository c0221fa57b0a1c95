import type { ChatsOf } from '../delivery/ports.ts';
import { keyText } from './keys.ts';
import { collect, type Table } from './table.ts';

/** Above this an id identifies nobody: some shops give all their visitors the same one. */
const maxChats = 200;

/** A chat's keys in the index `byVisitor`; `visitor` comes from `accountVisitor`. */
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
      : chats.map(({ conversationId, email, phone, isFromWords }) => ({
          conversationId: String(conversationId),
          email: textIn(email),
          phone: textIn(phone),
          ...(isFromWords === true && { isFromWords }),
        }));
  };
}

const textIn = (value: unknown) => (typeof value === 'string' ? value : null);
