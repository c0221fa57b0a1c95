import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import {
  type Item,
  indexes,
  type Key,
  primary,
  type Table,
  type Values,
  type WriteOptions,
  type Written,
} from './table.ts';

/** DynamoDB's limit per request. */
const maxKeys = 100;

export function createTable(client: DynamoDBClient, TableName: string): Table {
  const written = async (sent: Promise<{ readonly Attributes?: Attributes | undefined }>): Promise<Written> => {
    try {
      const { Attributes } = await sent;
      return { isWritten: true, old: fromAttributes(Attributes) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { isWritten: false, old: fromAttributes(error.Item) };
    }
  };

  async function getOne(Key: Attributes, attributes?: readonly string[]): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName, Key, ConsistentRead: true, ...projection(attributes) });
    const { Item } = await client.send(command);
    return fromAttributes(Item);
  }

  /** What a throttled table leaves unread is read one by one: the SDK tries these calls again. */
  async function getGroup(keys: readonly Key[], attributes?: readonly string[]): Promise<readonly Item[]> {
    const asked = { Keys: keys.map(toAttributes), ...projection(attributes) };
    const command = new BatchGetItemCommand({ RequestItems: { [TableName]: asked } });
    const { Responses, UnprocessedKeys } = await client.send(command);
    const left = UnprocessedKeys?.[TableName]?.Keys ?? [];
    const single = await Promise.all(left.map((key) => getOne(key, attributes)));
    const found = (Responses?.[TableName] ?? []).map((item) => unmarshall(item));
    return [...found, ...single.filter((item) => item !== undefined)];
  }

  return {
    get: (key, attributes) => getOne(toAttributes(key), attributes),
    getMany: async (keys, attributes) => {
      const groups = Array.from({ length: Math.ceil(keys.length / maxKeys) }, (_, at) =>
        getGroup(keys.slice(at * maxKeys, (at + 1) * maxKeys), attributes),
      );
      return (await Promise.all(groups)).flat();
    },
    put: async (item, options = {}) =>
      written(client.send(new PutItemCommand({ TableName, Item: toAttributes(item), ...parameters(options) }))),
    update: async (key, { update, ...options }) => {
      const change = { UpdateExpression: update, ...parameters(options) };
      return written(client.send(new UpdateItemCommand({ TableName, Key: toAttributes(key), ...change })));
    },
    delete: async (key, options = {}) =>
      written(client.send(new DeleteItemCommand({ TableName, Key: toAttributes(key), ...parameters(options) }))),
    query: ({ partition, index, from, to, order, attributes, pageSize }) => {
      const { hash, range } = index === undefined ? primary : indexes[index];
      const isRange = from !== undefined || to !== undefined;
      // All of ASCII is between a blank and a tilde.
      const ends = isRange ? { ':from': from ?? ' ', ':to': to ?? '~' } : {};
      const pages = paginateQuery(pageSize === undefined ? { client } : { client, pageSize }, {
        TableName,
        IndexName: index,
        ConsistentRead: index === undefined,
        KeyConditionExpression: `${hash} = :partition${isRange ? ` AND ${range} BETWEEN :from AND :to` : ''}`,
        ExpressionAttributeValues: toAttributes({ ':partition': partition, ...ends }),
        ScanIndexForward: order !== 'descending',
        ...projection(attributes),
      });
      return itemsIn(pages);
    },
    scan: ({ filter, values, attributes }) => {
      const expressions = { FilterExpression: filter, ExpressionAttributeValues: toAttributes(values) };
      return itemsIn(paginateScan({ client }, { TableName, ...expressions, ...projection(attributes) }));
    },
  };
}

type Attributes = Record<string, AttributeValue>;

async function* itemsIn(pages: AsyncIterable<{ readonly Items?: readonly Attributes[] | undefined }>) {
  for await (const { Items = [] } of pages) yield* Items.map((item): Item => unmarshall(item));
}

/** DynamoDB reserves many words, so each name is behind a hash sign. */
const projection = (attributes: readonly string[] | undefined) =>
  attributes && {
    ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
  };

const parameters = ({ condition, values, returnsOld }: WriteOptions) => ({
  ConditionExpression: condition,
  ExpressionAttributeValues: values && toAttributes(values),
  ...(returnsOld === true && ({ ReturnValues: 'ALL_OLD', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const)),
});

const toAttributes = (values: Values): Attributes => marshall(values, { removeUndefinedValues: true });

const fromAttributes = (attributes: Attributes | undefined): Item | undefined => attributes && unmarshall(attributes);
