import type { Item, Query } from '../../../lambda/store/table.ts';
import { createDynamoDb, type DynamoDb, isWithin } from '../../simulation/dynamodb.ts';
import { tableDefinition } from '../../support/table-definition.ts';
import { createSortedList } from './sorted-list.ts';

type Entry = { readonly item: Item; readonly bytes: number };

type Index = {
  readonly hash: string;
  readonly range: string;
  /** All, if none are named. */
  readonly attributes: ReadonlySet<string> | undefined;
  readonly entries: ReturnType<typeof createSortedList<Entry>>;
};

const kilobyte = 1024;

/**
 * The simulation's table with indexes that find a partition at once, so that it can hold a million items, and that count
 * DynamoDB's units. No index is behind.
 */
export function createBusyTable(now: () => number) {
  const entries = () => createSortedList<Entry>();
  const table: Index = { hash: 'pk', range: 'sk', attributes: undefined, entries: entries() };
  const indexes = new Map(
    (tableDefinition.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }): [string, Index] => {
      const [hash = '', range = ''] = (KeySchema ?? []).map(({ AttributeName = '' }) => AttributeName);
      const attributes = new Set(['pk', 'sk', hash, range, ...(Projection?.NonKeyAttributes ?? [])]);
      return [String(IndexName), { hash, range, attributes, entries: entries() }];
    }),
  );
  /** How many are listed, by list. */
  const listed = new Map<string, number>();
  const units = { write: 0, read: 0 };

  /** @returns the units that the change takes there */
  function replace(index: Index, key: string, before: Item | undefined, after: Item | undefined): number {
    const [from, to] = [placeOf(index, key, before), placeOf(index, key, after)];
    const removed = from === undefined ? undefined : index.entries.remove(from);
    const added = to === undefined || after === undefined ? undefined : { item: after, bytes: bytesOf(index, after) };
    if (to !== undefined && added !== undefined) index.entries.add(to, added);
    const [was, is] = [removed, added].map((entry) => (entry === undefined ? 0 : unitsOf(entry.bytes, kilobyte)));
    // An entry that moves is deleted and written anew.
    return from === to ? Math.max(was ?? 0, is ?? 0) : (was ?? 0) + (is ?? 0);
  }

  const dynamo = createDynamoDb({
    now,
    lagMs: () => 0,
    onWrite: (key, before, after) => {
      const change = (list: unknown, by: number) => {
        if (typeof list === 'string') listed.set(list, (listed.get(list) ?? 0) + by);
      };
      change(before?.['listed'], -1);
      change(after?.['listed'], 1);
      for (const index of [table, ...indexes.values()]) units.write += replace(index, key, before, after);
    },
  });

  /** What is read must be used at once: it shows the table as it is then. */
  function* query(asked: Query): Generator<Item> {
    const { partition, index: name, from, order, pageSize } = asked;
    const index = indexes.get(name ?? '') ?? table;
    let bytes = 0;
    let count = 0;
    try {
      for (const entry of index.entries.within(`${partition}\0`, order)) {
        if (isWithin(entry.item, index, asked)) {
          bytes += entry.bytes;
          count += 1;
          yield entry.item;
          // One page, if the size of a page is given.
          if (count === pageSize) break;
          // They are in their order: nothing else is due.
        } else if (count > 0 || from === undefined) break;
      }
    } finally {
      units.read += unitsOf(bytes, 4 * kilobyte) * (name === undefined ? 1 : 0.5);
    }
  }
  const busy: DynamoDb = {
    ...dynamo,
    query,
    get: (key, consistent) => {
      const item = dynamo.get(key, consistent);
      units.read += unitsOf(item === undefined ? 0 : bytesOf(table, item), 4 * kilobyte) * (consistent ? 1 : 0.5);
      return item;
    },
  };
  return {
    dynamo: busy,
    units: () => ({ ...units }),
    pendingOf: (destination: string) => listed.get(`pending#${destination}`) ?? 0,
  };
}

function placeOf({ hash, range }: Index, key: string, item: Item | undefined): string | undefined {
  const isIn = item !== undefined && typeof item[hash] === 'string' && typeof item[range] === 'string';
  return isIn ? `${item[hash]}\0${item[range]}\0${key}` : undefined;
}

const unitsOf = (bytes: number, size: number) => Math.max(1, Math.ceil(bytes / size));

/** About as DynamoDB counts them (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html). */
function bytesOf({ attributes }: Pick<Index, 'attributes'>, item: Item): number {
  let sum = 0;
  for (const name in item) if (attributes?.has(name) ?? true) sum += name.length + sizeOf(item[name]);
  return sum;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (typeof value !== 'object' || value === null) return 1;
  if (value instanceof Uint8Array) return value.length;
  let sum = 3;
  for (const [name, each] of Object.entries(value)) sum += 1 + (Array.isArray(value) ? 0 : name.length) + sizeOf(each);
  return sum;
}
