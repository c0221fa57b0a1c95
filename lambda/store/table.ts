import { setTimeout as sleepFor } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

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

/** DynamoDB went on to leave keys unread. */
class TableThrottled extends Error {
  override readonly name = 'TableThrottled';
  constructor(left: number) {
    super(`The table is throttled: it has left ${left} items unread for ${maxReadMs / 1000} seconds. Try again later.`);
  }
}

const maxReadMs = 20_000;
const firstPauseMs = 50;
const maxPauseMs = 1_000;

type Waiting = {
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** In milliseconds. */
  readonly now: () => number;
};

const realWaiting: Waiting = { sleep: sleepFor, random: Math.random, now: Date.now };

export function createTable(
  client: DynamoDBClient,
  tableName: string,
  { sleep, random, now }: Waiting = realWaiting,
): Table {
  const TableName = tableName;

  const written = async (sent: Promise<{ readonly Attributes?: Attributes | undefined }>): Promise<Written> => {
    try {
      const { Attributes } = await sent;
      return { isWritten: true, old: fromAttributes(Attributes) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { isWritten: false, old: fromAttributes(error.Item) };
    }
  };

  return {
    get: async (key, { consistent, attributes } = { consistent: false }) => {
      const command = new GetItemCommand({
        TableName,
        Key: toAttributes(key),
        ConsistentRead: consistent,
        ProjectionExpression: attributes,
      });
      const { Item } = await client.send(command);
      return fromAttributes(Item);
    },
    getMany: async (keys, attributes) => {
      const items: Item[] = [];
      let left: Record<string, AttributeValue>[] = keys.map(toAttributes);
      const deadline = now() + maxReadMs;
      for (let retries = 0; left.length > 0; retries += 1) {
        // Full jitter: callers that were throttled together do not come back together.
        if (retries > 0) await sleep(random() * Math.min(firstPauseMs * 2 ** (retries - 1), maxPauseMs));
        if (now() > deadline) throw new TableThrottled(left.length);
        const asked = { Keys: left, ProjectionExpression: attributes };
        const command = new BatchGetItemCommand({ RequestItems: { [tableName]: asked } });
        const { Responses, UnprocessedKeys } = await client.send(command);
        items.push(...(Responses?.[tableName] ?? []).map((item) => unmarshall(item)));
        left = UnprocessedKeys?.[tableName]?.Keys ?? [];
      }
      return items;
    },
    put: async (item, options = {}) =>
      written(client.send(new PutItemCommand({ TableName, Item: toAttributes(item), ...parameters(options) }))),
    update: async (key, { update, condition, values, returnsOld }) => {
      const command = new UpdateItemCommand({
        TableName,
        Key: toAttributes(key),
        UpdateExpression: update,
        ConditionExpression: condition,
        ExpressionAttributeValues: toAttributes(values),
        ...returnValues(returnsOld),
      });
      return written(client.send(command));
    },
    delete: async (key, options = {}) =>
      written(client.send(new DeleteItemCommand({ TableName, Key: toAttributes(key), ...parameters(options) }))),
    query: ({ where, filter, values, order, attributes, pageSize, consistent, index }) =>
      itemsOf((ExclusiveStartKey) =>
        client.send(
          new QueryCommand({
            TableName,
            IndexName: index,
            KeyConditionExpression: where,
            FilterExpression: filter,
            ExpressionAttributeValues: toAttributes(values),
            ScanIndexForward: order !== 'descending',
            ProjectionExpression: attributes,
            Limit: pageSize,
            ConsistentRead: consistent,
            ExclusiveStartKey,
          }),
        ),
      ),
    scan: ({ filter, values, attributes, names }) =>
      itemsOf((ExclusiveStartKey) =>
        client.send(
          new ScanCommand({
            TableName,
            FilterExpression: filter,
            ExpressionAttributeValues: toAttributes(values),
            ProjectionExpression: attributes,
            ExpressionAttributeNames: names,
            ExclusiveStartKey,
          }),
        ),
      ),
  };
}

type Attributes = Record<string, AttributeValue>;

type Page = {
  readonly Items?: readonly Attributes[] | undefined;
  readonly LastEvaluatedKey?: Attributes | undefined;
};

async function* itemsOf(read: (startKey: Attributes | undefined) => Promise<Page>): AsyncGenerator<Item> {
  let startKey: Attributes | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await read(startKey);
    yield* Items.map((item) => unmarshall(item));
    startKey = LastEvaluatedKey;
  } while (startKey !== undefined);
}

const parameters = ({ condition, values, returnsOld }: WriteOptions) => ({
  ConditionExpression: condition,
  ExpressionAttributeValues: values && toAttributes(values),
  ...returnValues(returnsOld),
});

const returnValues = (isWanted: boolean | undefined) =>
  isWanted === true ? ({ ReturnValues: 'ALL_OLD', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const) : {};

const toAttributes = (values: Values): Attributes => marshall(values, { removeUndefinedValues: true });

const fromAttributes = (attributes: Attributes | undefined): Item | undefined => attributes && unmarshall(attributes);

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
