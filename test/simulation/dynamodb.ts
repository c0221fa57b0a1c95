import {
  type AttributeValue,
  BatchGetItemCommand,
  DynamoDBClient,
  type GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { createTable } from '../../lambda/store/dynamodb-table.ts';
import {
  type Change,
  type Item,
  type Key,
  primary,
  type Query,
  type Scan,
  type Table,
  type Values,
  type WriteOptions,
  type Written,
} from '../../lambda/store/table.ts';
import { tableDefinition } from '../support/table-definition.ts';
import { conditionOf, order, updateOf } from './expressions.ts';

/**
 * DynamoDB in memory. What is read consistently is never behind; an index, and what is read otherwise, is behind by what
 * `lagMs` says of each write.
 */
export type DynamoDb = ReturnType<typeof createDynamoDb>;

/** One item over time: which of its versions a reader sees depends on when it looks. */
type Version = { readonly item: Item | undefined; readonly seenFrom: number };

type Index = {
  readonly hash: string;
  readonly range: string;
  readonly attributes: ReadonlySet<string>;
  readonly histories: Map<string, Version[]>;
};

type Conditional = {
  readonly condition?: string | undefined;
  readonly values?: Values | undefined;
  readonly returnsOld?: boolean | undefined;
};

export function createDynamoDb(options: {
  readonly now: () => number;
  readonly lagMs: (index: string, key: string) => number;
  /** Whether a batch is answered in part. */
  readonly leavesUnread?: () => boolean;
  readonly onWrite?: (key: string, before: Item | undefined, after: Item | undefined) => void;
}) {
  const { now, lagMs, leavesUnread = () => false, onWrite } = options;
  const items = new Map<string, Item>();
  const stale = new Map<string, Version[]>();
  const indexes = new Map(
    (tableDefinition.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }): [string, Index] => {
      const [hash = '', range = ''] = (KeySchema ?? []).map(({ AttributeName = '' }) => AttributeName);
      const attributes = new Set(['pk', 'sk', hash, range, ...(Projection?.NonKeyAttributes ?? [])]);
      return [String(IndexName), { hash, range, attributes, histories: new Map() }];
    }),
  );
  let caughtUpAt = 0;
  let writes = 0;

  function write(key: string, after: Item | undefined): void {
    const before = items.get(key);
    if (after === undefined) items.delete(key);
    else items.set(key, after);
    writes += 1;
    onWrite?.(key, before, after);
    remember(stale, 'table', key, after);
    for (const [name, { hash, range, attributes, histories }] of indexes) {
      const isListed = typeof after?.[hash] === 'string' && typeof after[range] === 'string';
      if (!isListed && !histories.has(key)) continue;
      remember(histories, name, key, isListed ? only(after, attributes) : undefined);
    }
  }

  /** The versions that somebody may see yet. */
  function remember(histories: Map<string, Version[]>, index: string, key: string, item: Item | undefined): void {
    const history = histories.get(key) ?? [];
    const seen = history.findLastIndex(({ seenFrom }) => seenFrom <= now());
    // In the order of one item's writes.
    const seenFrom = Math.max(history.at(-1)?.seenFrom ?? 0, now() + lagMs(index, key));
    if (index !== 'table') caughtUpAt = Math.max(caughtUpAt, seenFrom);
    histories.set(key, [...history.slice(Math.max(0, seen)), { item, seenFrom }]);
  }

  /** Whether every index that lists the item lists it as it is. */
  const isIndexed = (key: string): boolean =>
    [...indexes.values()].every(({ histories }) => (histories.get(key)?.at(-1)?.seenFrom ?? 0) <= now());

  const seenIn = (history: readonly Version[] | undefined) =>
    history?.findLast(({ seenFrom }) => seenFrom <= now())?.item;

  function change(key: Key, options: Conditional, next: (before: Item | undefined) => Item | undefined): Written {
    const at = keyOf(key);
    const before = items.get(at);
    const { condition, values = {}, returnsOld } = options;
    const old = returnsOld ? before : undefined;
    if (condition !== undefined && !conditionOf(condition)(before, values)) return { isWritten: false, old };
    const after = next(before);
    if (before !== undefined || after !== undefined) write(at, after);
    return { isWritten: true, old };
  }

  function found(query: Query): Iterable<Item> {
    const named = query.index === undefined ? undefined : indexes.get(query.index);
    const source = named === undefined ? [...items.values()] : [...named.histories.values()].map(seenIn);
    const { hash, range } = named ?? primary;
    const matching = source
      .filter((item) => item !== undefined)
      .filter((item) => isWithin(item, { hash, range }, query))
      .sort((a, b) => order(a[range], b[range]) || order(a['pk'], b['pk']) || order(a['sk'], b['sk']));
    return projected(query.order === 'descending' ? matching.reverse() : matching, query.attributes);
  }

  return {
    items: items as ReadonlyMap<string, Item>,
    /** When the indexes know all that has been written by now. */
    caughtUpAt: () => caughtUpAt,
    isIndexed,
    writes: () => writes,
    leavesUnread,
    get: (key: Key, consistent: boolean) => (consistent ? items.get(keyOf(key)) : seenIn(stale.get(keyOf(key)))),
    put: (item: Key & Values, options: WriteOptions = {}) => change(item, options, () => frozen(item)),
    update: (key: Key, wanted: Change) =>
      change(key, wanted, (before) => frozen(updateOf(wanted.update)(before ?? key, wanted.values))),
    delete: (key: Key, options: WriteOptions = {}) => change(key, options, () => undefined),
    query: found,
    scan: ({ filter, values, attributes }: Scan) => {
      const matching = [...items.values()].filter((item) => conditionOf(filter)(item, values));
      return projected(matching, attributes);
    },
  };
}

/** How a call reaches the table: at once, or in a simulated process's own time. */
export type Ask = <T>(what: string, effect: () => T) => Promise<T>;

const client = new DynamoDBClient({ region: 'eu-central-1', credentials: { accessKeyId: '', secretAccessKey: '' } });

/** The table as the store uses it. What a batch leaves unread is asked for again by the store's own code. */
export function simulatedTable(dynamo: DynamoDb, ask: Ask): Table {
  const label = ({ pk, sk }: Key) => `${pk} ${sk}`;
  const get: Table['get'] = (key) => ask(`get ${label(key)}`, () => dynamo.get(key, true));
  const getBatch = ({ input: { RequestItems = {} } }: BatchGetItemCommand) =>
    ask('get many', () => {
      const { Keys = [], ExpressionAttributeNames: names } = RequestItems['simulated'] ?? {};
      const count = dynamo.leavesUnread() ? Math.floor(Keys.length / 2) : Keys.length;
      const keys = Keys.slice(0, count).map(keyFrom);
      const found = keys.map((key) => dynamo.get(key, false)).filter((item) => item !== undefined);
      const read = projected(found, names && Object.values(names)).map((item) => marshall(item));
      return {
        Responses: { simulated: read },
        ...(count < Keys.length && { UnprocessedKeys: { simulated: { Keys: Keys.slice(count) } } }),
      };
    });
  const getSingle = async ({ input: { Key = {} } }: GetItemCommand) => {
    const item = await get(keyFrom(Key));
    return { Item: item && marshall(item) };
  };
  const batches: DynamoDBClient = Object.create(client, {
    send: {
      value: (command: BatchGetItemCommand | GetItemCommand) =>
        command instanceof BatchGetItemCommand ? getBatch(command) : getSingle(command),
    },
  });
  return {
    get,
    getMany: createTable(batches, 'simulated').getMany,
    put: (item, options) => ask(`put ${label(item)}`, () => dynamo.put(item, options)),
    update: (key, change) => ask(`update ${label(key)}`, () => dynamo.update(key, change)),
    delete: (key, options) => ask(`delete ${label(key)}`, () => dynamo.delete(key, options)),
    async *query(query) {
      yield* await ask(`query ${query.index ?? 'items'}`, () => dynamo.query(query));
    },
    async *scan(scan) {
      yield* await ask('scan', () => dynamo.scan(scan));
    },
  };
}

function keyFrom(attributes: Record<string, AttributeValue>): Key {
  const { pk, sk } = unmarshall(attributes);
  return { pk, sk };
}

const keyOf = ({ pk, sk }: Key) => `${pk} ${sk}`;

/** Whether an item is in the query's partition and range. */
export function isWithin(
  item: Item,
  { hash, range }: { readonly hash: string; readonly range: string },
  { partition, from, to }: Query,
): boolean {
  const at = item[range];
  const isInRange = (from === undefined || order(at, from) >= 0) && (to === undefined || order(at, to) <= 0);
  return item[hash] === partition && isInRange;
}

function projected(items: readonly Item[], attributes: readonly string[] | undefined): readonly Item[] {
  if (attributes === undefined) return items;
  const wanted = new Set(attributes);
  return items.map((item) => only(item, wanted));
}

const only = (item: Item, names: ReadonlySet<string>): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));

/** A copy that nobody can change, without what is undefined. */
function frozen(item: Item): Item {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(item)) if (item[name] !== undefined) copy[name] = frozenValue(item[name]);
  return Object.freeze(copy);
}

function frozenValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return Object.freeze(value.map(frozenValue));
  return frozen({ ...value });
}
