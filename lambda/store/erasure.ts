import type { Instant } from '../conversation/model.ts';
import type { StoredChat } from '../delivery/ports.ts';
import { erasedRevision, hasBody, isErased, readChatItem, toStoredChat } from './conversations.ts';
import { chatKey, chatPartition, expiresAt } from './keys.ts';
import { collect, type Table, textIn } from './table.ts';

/** The queue keeps a message, which may hold a copy of the chat, for up to 14 days. */
export const erasureDays = 15;

/** When a conversation was erased; undefined if it was not, or if the trace has expired. */
export function createReadErasure(table: Table) {
  return async (conversationId: string): Promise<Instant | undefined> => {
    const { item } = await readChatItem(table, conversationId);
    return isErased(item) ? String(item?.['erasedAt']) : undefined;
  };
}

type Unerased = Pick<StoredChat, 'receivedAt' | 'rating'> & {
  readonly body: string;
  /** Whose erasure has begun: their `personKey`. */
  readonly erasingFor?: string | undefined;
};

/** Reads the newest copy, even after an erasure has begun; `erased` once its body is deleted. */
export function createReadUnerased(table: Table) {
  return async (conversationId: string): Promise<Unerased | 'erased' | undefined> => {
    const item = await table.get(chatKey(conversationId));
    if (item === undefined) return undefined;
    if (!hasBody(item)) return 'erased';
    const { receivedAt, rating, readBody } = toStoredChat(table, conversationId, item);
    return { body: await readBody(), receivedAt, rating, erasingFor: textIn(item['erasingFor']) };
  };
}

/** Erases a chat, its deliveries, and any copy that arrives later. Safe to repeat: until the end it can be found. */
export function createErasure(table: Table, now: () => Date) {
  const markOf = (conversationId: string) => ({
    ...chatKey(conversationId),
    conversationId,
    revision: erasedRevision,
    erasedAt: now().toISOString(),
    expiresAt: expiresAt(now(), erasureDays),
  });
  return {
    /** No chat is stored, only a copy elsewhere: no later copy is delivered either. */
    prevent: async (conversationId: string): Promise<void> => {
      await table.put(markOf(conversationId), { condition: 'attribute_not_exists(pk)' });
    },
    /**
     * From now on no copy is delivered. A delivery that is under way is the last.
     * @param personKey noted, because the last copy may not name them any more
     */
    begin: async (conversationId: string, personKey: string): Promise<void> => {
      await table.update(chatKey(conversationId), {
        update: 'SET revision = :erased, erasedAt = :now, erasingFor = :person',
        condition: 'attribute_exists(pk) AND revision <> :erased',
        values: { ':erased': erasedRevision, ':now': now().toISOString(), ':person': personKey },
      });
    },
    end: async (conversationId: string): Promise<void> => {
      const key = chatKey(conversationId);
      const pk = chatPartition(conversationId);
      const mark = markOf(conversationId);
      // Mark it first, even if no chat is stored yet: a copy that is being saved then deletes its own chunks.
      await table.update(key, {
        update:
          'SET revision = :erased, erasedAt = :now, expiresAt = if_not_exists(expiresAt, :expires) ' +
          'REMOVE body, bodyId, rating',
        values: { ':erased': mark.revision, ':now': mark.erasedAt, ':expires': mark.expiresAt },
      });
      const all = await collect(table.query({ partition: pk, attributes: ['sk'] }));
      const others = all.filter(({ sk }) => sk !== key.sk);
      await Promise.all(others.map(({ sk }) => table.delete({ pk, sk: String(sk) })));
      // Remove the indexed attributes last, so that an interrupted erasure can be repeated.
      await table.put(mark);
    },
  };
}
