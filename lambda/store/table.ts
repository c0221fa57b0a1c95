import { setTimeout as sleepFor } from 'node:timers/promises';
import { AwsError } from '../platform/aws/aws-error.ts';
import type { AwsCall } from '../platform/aws/call.ts';
import { fromAttributes, type Item, toAttributes, type Values } from './attributes.ts';

export type { Item } from './attributes.ts';

/** The one table, and all that is done with it. Conditions are written in DynamoDB's language of expressions. */
export type Table = {
  readonly get: (key: Key, options?: { readonly consistent: boolean }) => Promise<Item | undefined>;
  /** At most a hundred, in no order, and without those that there are not. */
  readonly getMany: (keys: readonly Key[]) => Promise<readonly Item[]>;
  readonly put: (item: Key & Values, options?: WriteOptions) => Promise<Written>;
  /** At most `mostPerPut`; what lies there is replaced. Of two of one key, the last is written. */
  readonly putMany: (items: readonly (Key & Values)[]) => Promise<void>;
  readonly update: (key: Key, change: Change) => Promise<Written>;
  readonly delete: (key: Key, options?: WriteOptions) => Promise<Written>;
  /** The items that have a partition in common, by their sort keys; asked for page by page, as they are needed. */
  readonly query: (query: Query) => AsyncIterable<Item>;
  /** All items, read through in no order. */
  readonly scan: (scan: Scan) => AsyncIterable<Item>;
};

/** DynamoDB takes no more at a request. */
export const mostPerPut = 25;

export type Key = { readonly pk: string; readonly sk: string };

export type WriteOptions = {
  /** Whether to tell what lay there before. */
  readonly returnsOld?: boolean;
} & (Condition | { readonly condition?: never; readonly values?: never });

type Condition = {
  /** Where it does not hold, nothing is written. */
  readonly condition: string;
  /** What stands for the names with a colon. */
  readonly values?: Values;
};

export type Change = {
  readonly update: string;
  readonly condition?: string;
  readonly values: Values;
  /** Whether to tell what lay there before. */
  readonly returnsOld?: boolean;
};

export type Written = {
  /** False where there was a condition that did not hold, and so nothing was written. */
  readonly held: boolean;
  /** What lay there before, where that was asked for. Embedded servers do not tell it of a condition that did not hold. */
  readonly old: Item | undefined;
};

export type Query = {
  readonly where: string;
  /** Which of those; the others are read all the same. */
  readonly filter?: string;
  readonly values: Values;
  readonly order?: 'ascending' | 'descending';
  /** Only these attributes. */
  readonly attributes?: string;
  /** The most items that are asked for at once; else as many as DynamoDB gives, which is a megabyte of them. */
  readonly pageSize?: number;
} & (
  | { readonly consistent?: boolean; readonly index?: never }
  /** An index is a moment behind, always. */
  | { readonly index: 'listing' | 'byVisitor'; readonly consistent?: never }
);

export type Scan = {
  readonly filter: string;
  readonly values: Values;
  readonly attributes: string;
  /** What stands for the names with a hash: DynamoDB reserves many words. */
  readonly names: Readonly<Record<string, string>>;
};

/**
 * @param call to DynamoDB
 * @param sleep waits so many milliseconds
 */
export function createTable(
  call: AwsCall,
  tableName: string,
  sleep: (milliseconds: number) => Promise<unknown> = sleepFor,
): Table {
  const write = async (operation: string, input: object): Promise<Written> => {
    try {
      const { Attributes } = await call(operation, { TableName: tableName, ...input });
      return { held: true, old: fromAttributes(Attributes) };
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== 'ConditionalCheckFailedException') throw error;
      return { held: false, old: fromAttributes(error.details['Item']) };
    }
  };

  /** What is throttled, or beyond 16 MB, is left over. Where all of it is, the call is refused, so this ends. */
  const untilNoneIsLeft = async (
    all: readonly unknown[],
    ask: (some: readonly unknown[]) => Promise<readonly unknown[]>,
  ) => {
    let left = all;
    for (let pause = 0; left.length > 0; pause = Math.min(1_000, Math.max(50, 2 * pause))) {
      if (pause > 0) await sleep(pause);
      left = await ask(left);
    }
  };

  async function* pages(operation: 'Query' | 'Scan', input: object): AsyncGenerator<Item> {
    let ExclusiveStartKey: unknown;
    do {
      const page = await call(operation, { TableName: tableName, ...input, ExclusiveStartKey });
      yield* itemsIn(page['Items']);
      ExclusiveStartKey = page['LastEvaluatedKey'];
    } while (ExclusiveStartKey !== undefined);
  }

  return {
    get: async (key, { consistent } = { consistent: false }) => {
      const Key = toAttributes(key);
      const { Item } = await call('GetItem', { TableName: tableName, Key, ConsistentRead: consistent });
      return fromAttributes(Item);
    },
    getMany: async (keys) => {
      const items: Item[] = [];
      await untilNoneIsLeft(keys.map(toAttributes), async (Keys) => {
        const answer = await call('BatchGetItem', { RequestItems: { [tableName]: { Keys } } });
        items.push(...itemsIn(Object(answer['Responses'])[tableName]));
        return listIn(Object(Object(answer['UnprocessedKeys'])[tableName]).Keys);
      });
      return items;
    },
    put: (item, options = {}) => write('PutItem', { Item: toAttributes(item), ...parameters(options) }),
    putMany: (items) =>
      untilNoneIsLeft(
        // DynamoDB refuses all of them where two are of one key.
        [...new Map(items.map((item) => [JSON.stringify([item.pk, item.sk]), item])).values()].map((item) => ({
          PutRequest: { Item: toAttributes(item) },
        })),
        async (requests) => {
          const { UnprocessedItems } = await call('BatchWriteItem', { RequestItems: { [tableName]: requests } });
          return listIn(Object(UnprocessedItems)[tableName]);
        },
      ),
    update: (key, { update, condition, values, returnsOld }) =>
      write('UpdateItem', {
        Key: toAttributes(key),
        UpdateExpression: update,
        ConditionExpression: condition,
        ExpressionAttributeValues: toAttributes(values),
        ...old(returnsOld),
      }),
    delete: (key, options = {}) => write('DeleteItem', { Key: toAttributes(key), ...parameters(options) }),
    query: ({ where, filter, values, order, attributes, pageSize, consistent, index }) =>
      pages('Query', {
        IndexName: index,
        KeyConditionExpression: where,
        FilterExpression: filter,
        ExpressionAttributeValues: toAttributes(values),
        ScanIndexForward: order !== 'descending',
        ProjectionExpression: attributes,
        Limit: pageSize,
        ConsistentRead: consistent,
      }),
    scan: ({ filter, values, attributes, names }) =>
      pages('Scan', {
        FilterExpression: filter,
        ExpressionAttributeValues: toAttributes(values),
        ProjectionExpression: attributes,
        ExpressionAttributeNames: names,
      }),
  };
}

function parameters({ condition, values, returnsOld }: WriteOptions) {
  return {
    ConditionExpression: condition,
    ExpressionAttributeValues: values && toAttributes(values),
    ...old(returnsOld),
  };
}

const old = (isWanted: boolean | undefined) =>
  isWanted === true ? { ReturnValues: 'ALL_OLD', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } : {};

const itemsIn = (value: unknown): readonly Item[] =>
  listIn(value)
    .map(fromAttributes)
    .filter((item) => item !== undefined);

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
