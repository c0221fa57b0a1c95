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

/** Conditions, filters and updates are DynamoDB expressions. */
export type Table = {
  /** As last written. */
  readonly get: (key: Key, attributes?: readonly string[]) => Promise<Item | undefined>;
  /** May be a moment behind. In no order, without those that don't exist. Each key once. */
  readonly getMany: (keys: readonly Key[], attributes?: readonly string[]) => Promise<readonly Item[]>;
  readonly put: (item: Key & Values, options?: WriteOptions) => Promise<Written>;
  readonly update: (key: Key, change: Change) => Promise<Written>;
  readonly delete: (key: Key, options?: WriteOptions) => Promise<Written>;
  /** Pages are read as they are needed. */
  readonly query: (query: Query) => AsyncIterable<Item>;
  readonly scan: (scan: Scan) => AsyncIterable<Item>;
};

export type Key = { readonly pk: string; readonly sk: string };

export type WriteOptions = {
  readonly condition?: string;
  readonly values?: Values;
  readonly returnsOld?: boolean;
};

export type Change = WriteOptions & { readonly update: string; readonly values: Values };

export type Written = {
  /** False if the condition did not hold, so nothing was written. */
  readonly isWritten: boolean;
  /** The previous item, if `returnsOld` asked for it. Some emulators leave it out if the condition did not hold. */
  readonly old: Item | undefined;
};

/** Items of one partition, ordered by sort key: of the table, as last written, or of an index, a moment behind. */
export type Query = {
  readonly partition: string;
  readonly index?: keyof typeof indexes;
  /** Only items whose sort key is not before `from` and not after `to`, in ASCII. */
  readonly from?: string | undefined;
  readonly to?: string;
  readonly order?: 'ascending' | 'descending';
  readonly attributes?: readonly string[];
  /** Items to read at once; by default as many as DynamoDB returns, up to a megabyte. */
  readonly pageSize?: number;
};

/** The key of the table, and of each index. */
export const primary = { hash: 'pk', range: 'sk' } as const;
export const indexes = {
  listing: { hash: 'listed', range: 'listedAt' },
  byVisitor: { hash: 'visitor', range: 'visitorAt' },
} as const;

export type Scan = { readonly filter: string; readonly values: Values; readonly attributes: readonly string[] };

/** The sort keys that begin with a prefix. */
export const beginningWith = (prefix: string) => ({ from: prefix, to: `${prefix}~` });

/** The first `limit` items of a query, in one page. */
export const readFirst = (table: Table, limit: number, query: Query): Promise<readonly Item[]> =>
  collect(table.query({ ...query, pageSize: limit }), limit);

/** The first `limit` items. No more pages are read than needed. */
export async function collect<T>(source: AsyncIterable<T>, limit = Number.POSITIVE_INFINITY): Promise<readonly T[]> {
  const found: T[] = [];
  if (limit <= 0) return found;
  for await (const each of source) {
    if (found.push(each) >= limit) break;
  }
  return found;
}

/** Deletes what a query of the table finds, and returns how many items that were. */
export async function deleteFound(table: Table, query: Pick<Query, 'partition' | 'from' | 'to'>): Promise<number> {
  const found = await collect(table.query({ ...query, attributes: ['pk', 'sk'] }));
  await Promise.all(found.map(({ pk, sk }) => table.delete({ pk: String(pk), sk: String(sk) })));
  return found.length;
}

export const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Whether a value is a record of ours: each is written whole, so a few of its names tell. */
export const isRecordOf =
  <T extends object>(...names: readonly (keyof T)[]) =>
  (value: unknown): value is T =>
    typeof value === 'object' && value !== null && names.every((name) => name in value);
