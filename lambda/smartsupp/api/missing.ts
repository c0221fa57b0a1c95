import { toConversationId } from '../hook.ts';
import { type Fields, toText } from '../lenient.ts';
import type { FetchRequest } from './fetch-request.ts';
import { type ApiState, isNewer, stateOf } from './state.ts';

export type MissingDependencies = {
  readonly accountId: string;
  /** The states of conversations as they were fetched last, by our id. */
  readonly fetched: (conversationIds: readonly string[]) => Promise<ReadonlyMap<string, ApiState>>;
  readonly why: string;
};

/** Of conversations as a search lists them, those that have ended and were not fetched, or are newer than what was. */
export function findMissing({ accountId, fetched, why }: MissingDependencies) {
  return async (items: readonly Fields[]): Promise<readonly FetchRequest[]> => {
    const ended = items.filter(isEnded).flatMap((item) => {
      const id = toText(item['id']);
      return id === null ? [] : [{ id, ours: toConversationId(accountId, id), seen: stateOf(item) }];
    });
    const known = await fetched(ended.map(({ ours }) => ours));
    return ended.flatMap(({ id, ours, seen }) => {
      const before = known.get(ours);
      if (before !== undefined && !isNewer(seen, before)) return [];
      return [{ version: 1, accountId, conversationId: id, why, seen }];
    });
  };
}

/** One that goes on will end again. What nobody knows of counts as an end: fetching it does no harm. */
const going: ReadonlySet<string> = new Set(['open', 'opened', 'served', 'pending']);

const isEnded = ({ status }: Fields) => !going.has(toText(status)?.toLowerCase() ?? '');
