import type { ChatsOf } from '../delivery/ports.ts';
import { keyText } from './keys.ts';
import { collect, type Table } from './table.ts';

/** Above this an id identifies nobody: some shops give all their visitors the same one. */
const maxChats = 200;

/** A chat's keys in the index `byVisitor`: the visitor's id, then the account and the time. */
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

/** An account id contains no `#`. */
function partsOf(visitor: string) {
  const end = visitor.indexOf('#');
  return { account: visitor.slice(0, end), id: visitor.slice(end + 1) };
}

const textIn = (value: unknown) => (typeof value === 'string' ? value : null);
