import type { Instant } from '../conversation/model.ts';
import { collect } from '../platform/collect.ts';
import { chatKey, chatPartition, expiresAt } from './keys.ts';
import type { Item, Key, Table } from './table.ts';

/** A message with a copy of the chat may come back for as long as the queue keeps one, which is 14 days. */
export const erasureDays = 15;

/** Greater than every revision: no copy of an erased chat is newer. */
const lastRevision = '~';

/** A copy of the chat that is on its way still has nothing to say any more: an erasure has begun, or has ended. */
export const isErased = (header: Item | undefined) => header?.['revision'] === lastRevision;

/** The erasure has begun and not ended: all that was there still is, under this hash. */
export const hashBeforeErasure = (header: Item | undefined): string | undefined => {
  const hash = header?.['formerHash'];
  return isErased(header) && typeof hash === 'string' ? hash : undefined;
};

/** When a conversation was erased; undefined where it was not, or where that is forgotten. */
export function createReadErasure(table: Table) {
  return async (conversationId: string): Promise<Instant | undefined> => {
    const header = await table.get(chatKey(conversationId), { consistent: true });
    return isErased(header) ? String(header?.['erasedAt']) : undefined;
  };
}

/**
 * Erases a conversation: its words, its deliveries, and whatever copy of it is yet to come. Safe to repeat, and after a
 * death in the middle its card, by which it is found, is there as long as anything is.
 */
export function createErasure(table: Table, now: () => Date) {
  const mark = () => ({ contentHash: 'erased', revision: lastRevision, erasedAt: now().toISOString() });

  return {
    /** From now on no copy is delivered. Who delivers one already ends, and says so where they always do. */
    begin: async (conversationId: string): Promise<void> => {
      const values = Object.entries(mark()).map(([name, value]) => [`:${name}`, value]);
      await table.update(chatKey(conversationId), {
        update: 'SET formerHash = contentHash, contentHash = :contentHash, revision = :revision, erasedAt = :erasedAt',
        condition: 'attribute_exists(pk) AND (attribute_not_exists(revision) OR revision <> :revision)',
        values: Object.fromEntries(values),
      });
    },
    /**
     * @param cards that were found of it, beside the one that its header tells: a process that died may have left one,
     *   and an erasure that did, the last
     */
    end: async (conversationId: string, cards: readonly Key[] = []): Promise<void> => {
      const key = chatKey(conversationId);
      const bare = { ...key, conversationId, ...mark(), expiresAt: expiresAt(now(), erasureDays) };
      // First, so that whoever records a copy at this moment takes back all of it.
      const { old } = await table.put(bare, { returnsOld: true });
      const pk = chatPartition(conversationId);
      const all = await collect(
        table.query({ where: 'pk = :pk', values: { ':pk': pk }, attributes: 'sk', consistent: true }),
      );
      // A card's sort key begins with the partition's.
      const others = all.map(({ sk }) => String(sk)).filter((sk) => sk !== key.sk && !sk.startsWith(pk));
      await Promise.all(others.map((sk) => table.delete({ pk, sk })));
      const told = { pk: String(old?.['card'] ?? pk), sk: String(old?.['cardSort'] ?? pk) };
      await Promise.all([told, ...cards].map((card) => table.delete(card)));
    },
  };
}
