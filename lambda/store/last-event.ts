import { lastEventKey } from './keys.ts';
import type { Table } from './table.ts';

/** So often at most by one process: it only says that Smartsupp's webhooks come. */
const everyMs = 60_000;

/** Keeps when the last signed webhook came. */
export function createNoteEvent(table: Pick<Table, 'put'>, now: () => Date): () => Promise<void> {
  let notedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const at = now();
    if (at.getTime() - notedAt < everyMs) return;
    notedAt = at.getTime();
    await table.put({ ...lastEventKey, at: at.toISOString() });
  };
}

/** Undefined if none has come yet. */
export async function lastEventAt(table: Pick<Table, 'get'>): Promise<Date | undefined> {
  const item = await table.get(lastEventKey);
  return typeof item?.['at'] === 'string' ? new Date(item['at']) : undefined;
}
