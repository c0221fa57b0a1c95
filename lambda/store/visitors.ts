import type { ChatsOf } from '../delivery/ports.ts';
import { collect } from '../platform/collect.ts';
import { keyText } from './keys.ts';
import type { Table } from './table.ts';

/** An id with more chats is no person's: some shops give all their visitors the same. */
const maxChats = 200;

/** Under what the index `byVisitor` has a chat: the visitor's id, and within it the account and the time. */
export function visitorIndex(visitor: string | null, receivedAt: string) {
  if (visitor === null) return {};
  const { account, id } = partsOf(visitor);
  return { visitor: keyText(id), visitorAt: `${account}#${receivedAt}` };
}

export function createChatsOf(table: Table): ChatsOf {
  return async (visitor) => {
    const { account, id } = partsOf(visitor);
    const found = table.query({
      index: 'byVisitor',
      where: 'visitor = :visitor AND begins_with(visitorAt, :account)',
      values: { ':visitor': keyText(id), ':account': `${account}#` },
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

/** No account has a `#` in it. */
function partsOf(visitor: string) {
  const end = visitor.indexOf('#');
  return { account: visitor.slice(0, end), id: visitor.slice(end + 1) };
}

const textIn = (value: unknown) => (typeof value === 'string' ? value : null);
