/** The value of an attribute. Undefined values are left out. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly Value[]
  | { readonly [name: string]: Value };

export type Values = { readonly [name: string]: Value };

/** An item as read: check an attribute before relying on it. */
export type Item = Readonly<Record<string, unknown>>;

/** Conditions are DynamoDB expressions. */
export type Table = {
  readonly get: (
    key: Key,
    options?: { readonly consistent: boolean; readonly attributes?: string },
  ) => Promise<Item | undefined>;
  /**
   * At most a hundred keys, each once. The items come in no order, without those that don't exist. Throws
   * TableThrottled.
   */
  readonly getMany: (keys: readonly Key[], attributes?: string) => Promise<readonly Item[]>;
  readonly put: (item: Key & Values, options?: WriteOptions) => Promise<Written>;
  readonly update: (key: Key, change: Change) => Promise<Written>;
  readonly delete: (key: Key, options?: WriteOptions) => Promise<Written>;
  /** Items of one partition, ordered by sort key. Pages are read as they are needed. */
  readonly query: (query: Query) => AsyncIterable<Item>;
  readonly scan: (scan: Scan) => AsyncIterable<Item>;
};

export type Key = { readonly pk: string; readonly sk: string };

export type WriteOptions = { readonly returnsOld?: boolean } & (
  | { readonly condition: string; readonly values?: Values }
  | { readonly condition?: never; readonly values?: never }
);

export type Change = {
  readonly update: string;
  readonly condition?: string;
  readonly values: Values;
  readonly returnsOld?: boolean;
};

export type Written = {
  /** False if the condition did not hold, so nothing was written. */
  readonly isWritten: boolean;
  /** The previous item, if `returnsOld` asked for it. Some emulators leave it out if the condition did not hold. */
  readonly old: Item | undefined;
};

export type Query = {
  readonly where: string;
  /** Filters the result; the other items are read and paid for, too. */
  readonly filter?: string;
  readonly values: Values;
  readonly order?: 'ascending' | 'descending';
  readonly attributes?: string;
  /** Items to read at once; by default as many as DynamoDB returns, up to a megabyte. */
  readonly pageSize?: number;
} & (
  | { readonly consistent?: boolean; readonly index?: never }
  | { readonly index: 'listing' | 'byVisitor'; readonly consistent?: never }
);

export type Scan = {
  readonly filter: string;
  readonly values: Values;
  readonly attributes: string;
  /** The names behind a hash sign, since DynamoDB reserves many words. */
  readonly names: Readonly<Record<string, string>>;
};

/** DynamoDB's limit per request. */
const maxKeys = 100;

/** Items of any number of keys, in no order. */
export async function getAll(table: Table, keys: readonly Key[], attributes?: string): Promise<readonly Item[]> {
  const groups = Array.from({ length: Math.ceil(keys.length / maxKeys) }, (_, at) =>
    keys.slice(at * maxKeys, (at + 1) * maxKeys),
  );
  return (await Promise.all(groups.map((group) => table.getMany(group, attributes)))).flat();
}

/** The first `limit` items. No more pages are read than needed. */
export async function collect<T>(source: AsyncIterable<T>, limit = Number.POSITIVE_INFINITY): Promise<readonly T[]> {
  const found: T[] = [];
  if (limit <= 0) return found;
  for await (const each of source) {
    if (found.push(each) >= limit) break;
  }
  return found;
}
