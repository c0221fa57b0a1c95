import { expiresAt, toldKey } from './keys.ts';
import type { Table } from './table.ts';

/** What was told to a channel, so that it is told once. */
export type Told = {
  /** Nothing from before is told: so the first run tells nothing. */
  readonly begin: Date;
  /** From when on to look. */
  readonly since: Date;
  /** The ids of what was told, with when. */
  readonly ids: ReadonlyMap<string, Date>;
};

/** Longer than anything in it counts. */
const days = 30;

/** What was told to the channel. */
export function createTold(table: Table, now: () => Date) {
  return {
    read: async (): Promise<Told | undefined> => {
      const item = await table.get(toldKey, { consistent: true });
      if (item === undefined) return undefined;
      const ids = Object.entries(Object(item['ids'])).map(([id, at]) => [id, new Date(String(at))] as const);
      return { begin: new Date(String(item['begin'])), since: new Date(String(item['since'])), ids: new Map(ids) };
    },
    write: ({ begin, since, ids }: Told) =>
      table.put({
        ...toldKey,
        begin: begin.toISOString(),
        since: since.toISOString(),
        ids: Object.fromEntries([...ids].map(([id, at]) => [id, at.toISOString()])),
        expiresAt: expiresAt(now(), days),
      }),
  };
}
