import { isOfApi } from '../conversation/same-chat.ts';
import type { ChatsOf } from '../delivery/ports.ts';
import { chatPartition, deliveryPrefix, keyText } from './keys.ts';
import { readDelivery } from './ledger.ts';
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

/** Smartsupp's ids of a contact's conversations that wait for something, from an index that is a moment behind. */
export function createHeldOf(table: Table) {
  /** Smartsupp's id of the conversation; undefined if it waits for nothing, or only the hook has told of it. */
  async function waitingIn(conversationId: string): Promise<string | undefined> {
    const chatAndDeliveries = table.query({
      where: 'pk = :pk AND sk BETWEEN :chat AND :last',
      values: { ':pk': chatPartition(conversationId), ':chat': 'CHAT', ':last': `${deliveryPrefix}~` },
      attributes: 'alsoAs, delivery',
      consistent: true,
    });
    const items = await collect(chatAndDeliveries);
    // A pending delivery may be about to be held.
    const isWaiting = items.some((item) => ['held', 'pending'].includes(readDelivery(item)?.state ?? ''));
    const ids = [conversationId, ...items.map(({ alsoAs }) => alsoAs)].filter((each) => typeof each === 'string');
    const id = ids.find(isOfApi);
    return isWaiting && id !== undefined ? decodeURIComponent(id.split(':')[1] ?? '') : undefined;
  }

  return async ({
    accountId,
    contactId,
  }: {
    readonly accountId: string;
    readonly contactId: string;
  }): Promise<readonly string[]> => {
    const visitor = `${encodeURIComponent(accountId)}#${contactId}`;
    const found = table.query({
      index: 'byVisitor',
      where: 'visitor = :visitor',
      values: { ':visitor': keyText(visitor) },
      pageSize: maxChats,
    });
    const ids = (await collect(found, maxChats)).map(({ conversationId }) => String(conversationId));
    const waiting: string[] = [];
    for (const id of ids) {
      const own = await waitingIn(id);
      if (own !== undefined) waiting.push(own);
    }
    return waiting;
  };
}
