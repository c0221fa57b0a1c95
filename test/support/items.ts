import { paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../lambda/store/table.ts';
import type { ProbedTable } from './probed-table.ts';

/** Every item of the table. */
export async function allItems({ documents, tableName }: ProbedTable): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName: tableName }))
    items.push(...Items);
  return items;
}

/** The items of one partition, without a look at all the others. */
export async function itemsIn({ documents, tableName }: ProbedTable, pk: string): Promise<readonly Item[]> {
  const query = {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
  };
  const items: Item[] = [];
  for await (const { Items = [] } of paginateQuery({ client: documents }, query)) items.push(...Items);
  return items;
}

export async function countItems({ documents, tableName }: ProbedTable): Promise<number> {
  let count = 0;
  const pages = paginateScan({ client: documents }, { TableName: tableName, Select: 'COUNT' });
  for await (const { Count = 0 } of pages) count += Count;
  return count;
}

/** An item's limit, in bytes. */
export const maxItemBytes = 400 * 1024;

/**
 * An item's size as DynamoDB counts it
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html), rounded up where the
 * documentation says "approximately".
 */
export function itemBytes(item: Item): number {
  return sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueBytes(value)));
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 2;
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return 3 + sum(value.map((element) => valueBytes(element) + 1));
  if (typeof value === 'object' && value !== null) return 3 + itemBytes({ ...value }) + Object.keys(value).length;
  // True, false or null.
  return 1;
}

const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
