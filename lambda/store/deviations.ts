import type { Instant } from '../conversation/model.ts';
import { deviationPartition, expiresAt } from './keys.ts';
import type { Table } from './table.ts';

/** One item for each place and rule of the documented schema that accepted hooks break: a few dozen at most. */
export type SeenDeviation = {
  readonly deviation: string;
  readonly chats: number;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
};

/** After so many days without the deviation, the next one counts as new. */
const days = 30;

/** Counts a chat with this deviation and returns whether it is the first. */
export function createCountDeviation(table: Table, now: () => Date) {
  return async (deviation: string): Promise<boolean> => {
    const key = { pk: deviationPartition, sk: deviation };
    const { old } = await table.update(key, {
      update:
        'SET firstSeenAt = if_not_exists(firstSeenAt, :at), lastSeenAt = :at, expiresAt = :expires ADD chats :one',
      values: { ':at': now().toISOString(), ':expires': expiresAt(now(), days), ':one': 1 },
      returnsOld: true,
    });
    return old === undefined;
  };
}

export async function* seenDeviations(table: Table): AsyncGenerator<SeenDeviation> {
  for await (const { sk, chats, firstSeenAt, lastSeenAt } of table.query({ partition: deviationPartition })) {
    yield {
      deviation: String(sk),
      chats: Number(chats),
      firstSeenAt: String(firstSeenAt),
      lastSeenAt: String(lastSeenAt),
    };
  }
}
