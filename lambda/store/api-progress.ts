import type { Watermarks } from '../reconcile/reconcile.ts';
import type { ApiState } from '../smartsupp/fetch-request.ts';
import { expiresAt, fetchedKey, lastEventKey, reconcileKey } from './keys.ts';
import { isRecordOf, type Table, textIn } from './table.ts';

export type FetchedStates = ReturnType<typeof createFetchedStates>;

/** The states of Smartsupp's conversations that were fetched last. Reconcile compares them without reading a chat. */
export function createFetchedStates(
  table: Table,
  { retentionDays, now }: { readonly retentionDays: number; readonly now: () => Date },
) {
  return {
    read: createReadFetchedStates(table),
    record: async (conversationId: string, { changedAt, rating }: ApiState): Promise<void> => {
      const expires = expiresAt(now(), retentionDays);
      await table.put({ ...fetchedKey(conversationId), conversationId, changedAt, rating, expiresAt: expires });
    },
  };
}

/** By our id of the chat; without those that were never fetched. */
export function createReadFetchedStates(table: Table) {
  return async (conversationIds: readonly string[]): Promise<ReadonlyMap<string, ApiState>> => {
    const items = await table.getMany(conversationIds.map(fetchedKey));
    return new Map(items.filter(isFetched).map((item) => [item.conversationId, item]));
  };
}

const isFetched = isRecordOf<ApiState & { readonly conversationId: string }>('conversationId', 'changedAt', 'rating');

/** How far reconcile has come with an account. It does not expire. */
export function createWatermarks(table: Table, accountId: string): Watermarks {
  const key = reconcileKey(accountId);
  return {
    read: async () => {
      const item = await table.get(key);
      if (item === undefined) return undefined;
      const walk = textIn(item['walk']);
      const [reachedAt, deepAt] = [String(item['reachedAt']), String(item['deepAt'])];
      return { reachedAt, deepAt, walk: walk === undefined ? undefined : JSON.parse(walk) };
    },
    write: async ({ reachedAt, deepAt, walk }) => {
      await table.put({ ...key, reachedAt, deepAt, walk: walk === undefined ? undefined : JSON.stringify(walk) });
    },
  };
}

/** At most once in this time per process, because it only shows that Smartsupp's webhooks come. */
const everyMs = 60_000;

/** Notes when the last signed webhook came. */
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
  const at = textIn((await table.get(lastEventKey))?.['at']);
  return at === undefined ? undefined : new Date(at);
}
