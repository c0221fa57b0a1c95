import type { Instant } from '../conversation/model.ts';
import { collect } from '../platform/collect.ts';
import { chatKey, chatPartition, expiresAt } from './keys.ts';
import type { Item, Table } from './table.ts';

/** A message with a copy of the chat may come back for as long as the queue keeps one, which is 14 days. */
export const erasureDays = 15;

/** Greater than every revision: no copy of an erased chat is newer. */
const lastRevision = '~';

/** What is left of an erased chat: that a copy of it, on its way still, has nothing to say any more. */
export const isErased = (header: Item | undefined) => header?.['revision'] === lastRevision;

/** When a conversation was erased; undefined where it was not, or where that is forgotten. */
export function createReadErasure(table: Table) {
  return async (conversationId: string): Promise<Instant | undefined> => {
    const header = await table.get(chatKey(conversationId), { consistent: true });
    return isErased(header) ? String(header?.['erasedAt']) : undefined;
  };
}

/** Erases a conversation: its words, its deliveries, and whatever copy of it is yet to come. */
export function createEraseConversation(table: Table, now: () => Date) {
  return async (conversationId: string): Promise<void> => {
    const key = chatKey(conversationId);
    const mark = { contentHash: 'erased', revision: lastRevision, erasedAt: now().toISOString() };
    await table.put({ ...key, conversationId, ...mark, expiresAt: expiresAt(now(), erasureDays) });
    const pk = chatPartition(conversationId);
    const all = await collect(
      table.query({ where: 'pk = :pk', values: { ':pk': pk }, attributes: 'sk', consistent: true }),
    );
    const others = all.map(({ sk }) => String(sk)).filter((sk) => sk !== key.sk);
    await Promise.all(others.map((sk) => table.delete({ pk, sk })));
  };
}
