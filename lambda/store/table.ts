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
  /** At most a hundred keys. The items come in no order, without those that don't exist. */
  readonly getMany: (keys: readonly Key[]) => Promise<readonly Item[]>;
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

export function createTable(
  client: DynamoDBClient,
  tableName: string,
  sleep: (milliseconds: number) => Promise<unknown> = sleepFor,
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
    getMany: async (keys) => {
      const items: Item[] = [];
      let left: Record<string, AttributeValue>[] = keys.map(toAttributes);
      // DynamoDB leaves throttled keys unprocessed, but refuses a call rather than all of its keys, so this loop ends.
      for (let pause = 0; left.length > 0; pause = Math.min(1_000, Math.max(50, 2 * pause))) {
        if (pause > 0) await sleep(pause);
        const command = new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: left } } });
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

/** The first `limit` items. No more pages are read than needed. */
export async function collect<T>(source: AsyncIterable<T>, limit = Number.POSITIVE_INFINITY): Promise<readonly T[]> {
  const found: T[] = [];
  if (limit <= 0) return found;
  for await (const each of source) {
    if (found.push(each) >= limit) break;
  }
  return found;
}
