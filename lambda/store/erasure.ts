import type { Instant } from '../conversation/model.ts';
import { collect } from '../platform/collect.ts';
import { cardIn, formerCardIn } from './cards.ts';
import { chatKey, chatPartition, chatPrefix, expiresAt } from './keys.ts';
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
    /** @param card where an erasure was left that had come so far that nothing else tells whose the chat was */
    end: async (conversationId: string, card?: Key): Promise<void> => {
      const key = chatKey(conversationId);
      const bare = { ...key, conversationId, ...mark(), expiresAt: expiresAt(now(), erasureDays) };
      // First, so that whoever records a copy at this moment takes back all of it.
      const { old } = await table.put(bare, { returnsOld: true });
      const pk = chatPartition(conversationId);
      const all = await collect(
        table.query({ where: 'pk = :pk', values: { ':pk': pk }, attributes: 'sk', consistent: true }),
      );
      const others = all.map(({ sk }) => ({ pk, sk: String(sk) })).filter(({ sk }) => sk !== key.sk);
      // The cards go last: by them it is found. Those of nobody's chat lie here, beside it.
      const isCard = ({ sk }: Key) => sk.startsWith(chatPrefix);
      const told = [cardIn(old), formerCardIn(old), card].filter((each) => each !== undefined);
      await Promise.all(others.filter((each) => !isCard(each)).map((each) => table.delete(each)));
      await Promise.all([...others.filter(isCard), ...told].map((each) => table.delete(each)));
    },
  };
}
