import { expiresAt, toldKey } from './keys.ts';
import type { Table } from './table.ts';

/** The news that a channel was told, so that each is told once. */
export type Told = {
  /** Earlier news is not told, so the first run tells nothing. */
  readonly begin: Date;
  /** Look for news since then. */
  readonly since: Date;
  /** The ids of told news, and when each was told. */
  readonly ids: ReadonlyMap<string, Date>;
};

/** Longer than any entry matters. */
const days = 30;

export function createTold(table: Table, now: () => Date) {
  return {
    read: async (): Promise<Told | undefined> => {
      const item = await table.get(toldKey);
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
