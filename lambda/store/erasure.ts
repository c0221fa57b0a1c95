import type { Instant } from '../conversation/model.ts';
import type { StoredChat } from '../delivery/ports.ts';
import { collect } from '../platform/collect.ts';
import { erasedRevision, isErased, toStoredChat } from './conversations.ts';
import { chatKey, chatPartition, expiresAt } from './keys.ts';
import type { Table } from './table.ts';

/** A message with a copy of the chat may come back for as long as the queue keeps one, which is 14 days. */
export const erasureDays = 15;

/** When a conversation was erased; undefined if it was not, or if that is forgotten. */
export function createReadErasure(table: Table) {
  return async (conversationId: string): Promise<Instant | undefined> => {
    const item = await table.get(chatKey(conversationId), { consistent: true });
    return isErased(item) ? String(item?.['erasedAt']) : undefined;
  };
}

/** Reads the newest copy, also after an erasure has begun; `erased` once its body is gone. */
export function createReadUnerased(table: Table) {
  return async (
    conversationId: string,
  ): Promise<(Pick<StoredChat, 'receivedAt' | 'rating'> & { readonly body: string }) | 'erased' | undefined> => {
    const item = await table.get(chatKey(conversationId), { consistent: true });
    if (item === undefined) return undefined;
    if (item['body'] === undefined && item['bodyId'] === undefined) return 'erased';
    const { receivedAt, rating, readBody } = toStoredChat(table, conversationId, item);
    return { body: await readBody(), receivedAt, rating };
  };
}

/**
 * Erases a conversation: its words, its deliveries, and whatever copy of it is yet to come. Safe to repeat: until the end
 * the chat is found by what it was found by before.
 */
export function createErasure(table: Table, now: () => Date) {
  return {
    /** From now on no copy is delivered, and the delivery that is under way is its last. */
    begin: async (conversationId: string): Promise<void> => {
      await table.update(chatKey(conversationId), {
        update: 'SET revision = :erased, erasedAt = :now',
        condition: 'attribute_exists(pk) AND revision <> :erased',
        values: { ':erased': erasedRevision, ':now': now().toISOString() },
      });
    },
    end: async (conversationId: string): Promise<void> => {
      const key = chatKey(conversationId);
      const pk = chatPartition(conversationId);
      const erased = { revision: erasedRevision, erasedAt: now().toISOString() };
      const expires = expiresAt(now(), erasureDays);
      // First the mark, also of a chat that is yet to come: a copy that is being saved takes back its own chunks.
      await table.update(key, {
        update:
          'SET revision = :erased, erasedAt = :now, expiresAt = if_not_exists(expiresAt, :expires) ' +
          'REMOVE body, bodyId, chunks, rating',
        values: { ':erased': erasedRevision, ':now': erased.erasedAt, ':expires': expires },
      });
      const all = await collect(
        table.query({ where: 'pk = :pk', values: { ':pk': pk }, attributes: 'sk', consistent: true }),
      );
      const others = all.filter(({ sk }) => sk !== key.sk);
      await Promise.all(others.map(({ sk }) => table.delete({ pk, sk: String(sk) })));
      // Last what it was found by.
      await table.put({ ...key, conversationId, ...erased, expiresAt: expires });
    },
  };
}
