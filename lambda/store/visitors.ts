import { isOfApi } from '../conversation/same-chat.ts';
import type { StoredBeginningsDependencies } from '../deliver/find-chat.ts';
import type { ChatsOf, VisitorChat } from '../delivery/ports.ts';
import { chatPartition, deliveryPrefix, keyText } from './keys.ts';
import { readDelivery } from './lists.ts';
import { beginningWith, collect, type Item, readFirst, type Table, textIn } from './table.ts';

/** Above this an id identifies nobody: some shops give all their visitors the same one. */
const maxChats = 200;

/** A chat's keys in the index `byVisitor`; `visitor` comes from `accountVisitor`. */
export const visitorIndex = (visitor: string | null, receivedAt: string) =>
  visitor === null ? {} : { visitor: keyText(visitor), visitorAt: receivedAt };

export function createChatsOf(table: Table): ChatsOf {
  return async (visitor) => {
    const chats = await readFirst(table, maxChats + 1, { index: 'byVisitor', partition: keyText(visitor) });
    return chats.length > maxChats ? [] : chats.map(toVisitorChat);
  };
}

/** Chats received in a span of time, from an index that is a moment behind. */
export function createReceivedBetween(table: Table): StoredBeginningsDependencies['receivedBetween'] {
  return async (from, to, limit) => {
    const span = { from: from.toISOString(), to: to.toISOString() };
    return (await readFirst(table, limit, { index: 'listing', partition: 'chat', ...span })).map(toVisitorChat);
  };
}

const toVisitorChat = ({ conversationId, email, phone, isFromWords }: Item): VisitorChat => ({
  conversationId: String(conversationId),
  email: textIn(email) ?? null,
  phone: textIn(phone) ?? null,
  ...(isFromWords === true && { isFromWords }),
});

type ApiContact = { readonly accountId: string; readonly contactId: string };

/** Smartsupp's ids of a contact's conversations that wait for something, from an index that is a moment behind. */
export function createHeldOf(table: Table) {
  /** Smartsupp's id of the conversation; undefined if it waits for nothing, or only the hook has told of it. */
  async function waitingIn(conversationId: string): Promise<string | undefined> {
    const chatAndDeliveries = {
      from: 'CHAT',
      to: beginningWith(deliveryPrefix).to,
      attributes: ['alsoAs', 'delivery'],
    };
    const items = await collect(table.query({ partition: chatPartition(conversationId), ...chatAndDeliveries }));
    // A pending delivery may be about to be held.
    const isWaiting = items.some((item) => ['held', 'pending'].includes(readDelivery(item)?.state ?? ''));
    const ids = [conversationId, ...items.flatMap(({ alsoAs }) => textIn(alsoAs) ?? [])];
    const id = ids.find(isOfApi);
    return isWaiting && id !== undefined ? decodeURIComponent(id.split(':')[1] ?? '') : undefined;
  }

  return async ({ accountId, contactId }: ApiContact): Promise<readonly string[]> => {
    const partition = keyText(`${encodeURIComponent(accountId)}#${contactId}`);
    // Smartsupp itself says whose these are, so many are no reason to leave them.
    const latest = await readFirst(table, maxChats, { index: 'byVisitor', partition, order: 'descending' });
    const waiting = await Promise.all(latest.map((chat) => waitingIn(String(chat['conversationId']))));
    return waiting.filter((id) => id !== undefined);
  };
}
