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
import type { Item, Table, Values, WriteOptions, Written } from './table.ts';

/** DynamoDB kept leaving keys unread. */
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
