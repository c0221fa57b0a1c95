import type { ApiState } from '../smartsupp/api/state.ts';
import { expiresAt, fetchedKey } from './keys.ts';
import { getAll, type Item, type Table } from './table.ts';

/** The states of Smartsupp's conversations that were fetched last. Reconcile compares them without reading a chat. */
export type FetchedStates = {
  readonly read: ReadFetchedStates;
  readonly record: (conversationId: string, state: ApiState) => Promise<void>;
};

/** By our id of the chat; without those that were never fetched. */
export type ReadFetchedStates = (conversationIds: readonly string[]) => Promise<ReadonlyMap<string, ApiState>>;

export function createFetchedStates(
  table: Table,
  { retentionDays, now }: { readonly retentionDays: number; readonly now: () => Date },
): FetchedStates {
  return {
    read: createReadFetchedStates(table),
    record: async (conversationId, { changedAt, rating }) => {
      const expires = expiresAt(now(), retentionDays);
      await table.put({ ...fetchedKey(conversationId), conversationId, changedAt, rating, expiresAt: expires });
    },
  };
}

export function createReadFetchedStates(table: Table): ReadFetchedStates {
  return async (conversationIds) => {
    const items = await getAll(table, conversationIds.map(fetchedKey));
    return new Map(items.map((item) => [String(item['conversationId']), toState(item)]));
  };
}

const toState = ({ changedAt, rating }: Item): ApiState => ({
  changedAt: String(changedAt ?? ''),
  rating: typeof rating === 'string' ? rating : null,
});
