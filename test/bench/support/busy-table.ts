import type { Item, Query } from '../../../lambda/store/table.ts';
import { createDynamoDb, type DynamoDb } from '../../simulation/dynamodb.ts';
import { conditionOf } from '../../simulation/expressions.ts';

const sorts = { table: ['pk', 'sk'], listing: ['listed', 'listedAt'], byVisitor: ['visitor', 'visitorAt'] } as const;
type Name = keyof typeof sorts;
const names: readonly Name[] = ['table', 'listing', 'byVisitor'];

type Entry = { readonly range: string; readonly key: string; readonly item: Item };

/**
 * The simulation's table with indexes that find a partition at once, so that it can hold tens of thousands of chats, and
 * that count DynamoDB's units. No index is behind.
 */
export function createBusyTable(now: () => number) {
  const partitions = new Map<string, Entry[]>();
  const units = { write: 0, read: 0 };
  const of = (name: Name, hash: unknown) => `${name} ${String(hash)}`;

  const place = (entries: readonly Entry[], { range, key }: Pick<Entry, 'range' | 'key'>): number => {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = entries[middle];
      if (at !== undefined && (at.range < range || (at.range === range && at.key < key))) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const entryOf = (name: Name, key: string, item: Item | undefined) => {
    const [hash, range] = sorts[name];
    const isIn = item !== undefined && typeof item[hash] === 'string' && typeof item[range] === 'string';
    return isIn ? { at: of(name, item[hash]), entry: { range: String(item[range]), key, item } } : undefined;
  };

  const dynamo = createDynamoDb({
    now,
    lagMs: () => 0,
    onWrite: (key, before, after) => {
      for (const name of names) {
        const [was, is] = [entryOf(name, key, before), entryOf(name, key, after)];
        if (was !== undefined) {
          const entries = partitions.get(was.at) ?? [];
          entries.splice(place(entries, was.entry), 1);
        }
        if (is !== undefined) {
          const entries = partitions.get(is.at) ?? [];
          partitions.set(is.at, entries);
          entries.splice(place(entries, is.entry), 0, is.entry);
        }
        const isMoved = was !== undefined && (was.at !== is?.at || was.entry.range !== is.entry.range);
        if (is !== undefined) units.write += kilobytes(is.entry.item);
        if (isMoved || is === undefined) units.write += was === undefined ? 0 : kilobytes(was.entry.item);
      }
    },
  });

  /** One page, if the size of a page is given. */
  const query = ({ where, values, index, order, pageSize }: Query): readonly Item[] => {
    const [hash = ''] = Object.values(values).filter((each) => typeof each === 'string');
    const entries = partitions.get(of(index ?? 'table', hash)) ?? [];
    const isIn = conditionOf(where);
    const found: Item[] = [];
    for (let at = 0; at < entries.length && found.length < (pageSize ?? Number.POSITIVE_INFINITY); at += 1) {
      const item = entries[order === 'descending' ? entries.length - 1 - at : at]?.item;
      if (item !== undefined && isIn(item, values)) found.push(item);
      // They are in their order: nothing else is due.
      else if (where.includes('listedAt <')) break;
    }
    units.read += found.reduce((sum, item) => sum + kilobytes(item) / 8, 0.5);
    return found;
  };
  const busy: DynamoDb = {
    ...dynamo,
    query,
    get: (key, consistent) => {
      const item = dynamo.get(key, consistent);
      units.read += Math.ceil(kilobytes(item) / 4) * (consistent ? 1 : 0.5);
      return item;
    },
  };
  return {
    dynamo: busy,
    units: () => ({ ...units }),
    pendingOf: (destination: string) => partitions.get(of('listing', `pending#${destination}`))?.length ?? 0,
  };
}

/** About as DynamoDB counts it. */
const kilobytes = (item: Item | undefined) => Math.max(1, Math.ceil(JSON.stringify(item ?? '').length / 1024));
