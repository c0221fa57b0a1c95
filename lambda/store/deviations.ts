import type { Instant } from '../conversation/model.ts';
import { deviationKey, deviationPartition, expiresAt } from './keys.ts';
import type { Table } from './table.ts';

/** How accepted hooks differ from the documented format: an item for each place and rule, of which the schema has a few dozen. */
export type SeenDeviation = {
  readonly deviation: string;
  readonly chats: number;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
};

/** After so long without one it is forgotten, and the next is new again. */
const days = 30;

/** Counts a chat with this deviation; answers whether none had it before. */
export function createCountDeviation(table: Table, now: () => Date) {
  return async (deviation: string): Promise<boolean> => {
    const { old } = await table.update(deviationKey(deviation), {
      update:
        'SET firstSeenAt = if_not_exists(firstSeenAt, :at), lastSeenAt = :at, expiresAt = :expires ADD chats :one',
      values: { ':at': now().toISOString(), ':expires': expiresAt(now(), days), ':one': 1 },
      returnsOld: true,
    });
    return old === undefined;
  };
}

/** All that are known, in order of their places. */
export async function* seenDeviations(table: Table): AsyncGenerator<SeenDeviation> {
  const items = table.query({ where: 'pk = :pk', values: { ':pk': deviationPartition } });
  for await (const { sk, chats, firstSeenAt, lastSeenAt } of items) {
    yield {
      deviation: String(sk),
      chats: Number(chats),
      firstSeenAt: String(firstSeenAt),
      lastSeenAt: String(lastSeenAt),
    };
  }
}
