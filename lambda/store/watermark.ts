import type { Watermark, Watermarks } from '../reconcile/reconcile.ts';
import { reconcileKey } from './keys.ts';
import type { Item, Table } from './table.ts';

/** How far reconcile has come with an account. It does not expire. */
export function createWatermarks(table: Table, accountId: string): Watermarks {
  const key = reconcileKey(accountId);
  return {
    read: async () => toWatermark(await table.get(key, { consistent: true })),
    write: async ({ reachedAt, deepAt, walk }) => {
      await table.put({ ...key, reachedAt, deepAt, walk: walk === undefined ? undefined : JSON.stringify(walk) });
    },
  };
}

export function createReconciledUntil(table: Table, accountId: string): () => Promise<Date | undefined> {
  const { read } = createWatermarks(table, accountId);
  return async () => {
    const watermark = await read();
    return watermark && new Date(watermark.reachedAt);
  };
}

function toWatermark(item: Item | undefined): Watermark | undefined {
  if (item === undefined) return undefined;
  const { reachedAt, deepAt, walk } = item;
  return {
    reachedAt: String(reachedAt),
    deepAt: String(deepAt),
    walk: typeof walk === 'string' ? JSON.parse(walk) : undefined,
  };
}
