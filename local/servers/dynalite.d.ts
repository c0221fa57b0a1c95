declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options?: {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;
}

/** Its database holds `table~<name>`, `item-<table>~<key>` and `index-global~<table>~<index>~<key>`. */
declare module 'dynalite/db/index.js' {
  export type Item = Readonly<Record<string, unknown>>;
  type Index = { readonly IndexName: string };
  type Put = { readonly index: string; readonly key: string; readonly item: Item };
  export type Table = { readonly TableName: string; readonly GlobalSecondaryIndexes?: readonly Index[] };
  type Write =
    | { readonly type: 'put'; readonly key: string; readonly value: Item }
    | { readonly type: 'del'; readonly key: string };
  type Range = { readonly gte: string; readonly lt: string };

  export type Database = {
    readonly open: () => Promise<void>;
    readonly iterator: (range: Range) => AsyncIterable<readonly [key: string, value: Item]>;
    readonly values: <T = Item>(range: Range) => AsyncIterable<T>;
    readonly batch: (writes: readonly Write[]) => Promise<void>;
    readonly close: () => Promise<void>;
  };
  type Store = { readonly db: Database };

  const dynaliteDb: {
    readonly create: (options: { readonly path: string }) => Store;
    readonly getIndexActions: (
      indexes: readonly Index[],
      before: Item | null,
      after: Item | null,
      table: Table,
    ) => { readonly puts: readonly Put[] };
    readonly updateIndexes: (
      store: Store,
      table: Table,
      before: Item | null,
      after: Item | null,
      done: (error?: Error) => void,
    ) => void;
  };
  export default dynaliteDb;
}
