import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from '@jest/globals';
import { createTable } from '../../../lambda/store/dynamodb-table.ts';
import { collect } from '../../../lambda/store/table.ts';
import { type FakeAws, refusal, startFakeAws } from '../../support/fake-aws.ts';

let dynamodb: FakeAws;
afterEach(() => dynamodb.close());

/** A DynamoDB that gives these answers in turn. */
async function createDynamoDb(...answers: readonly object[]) {
  let next = 0;
  dynamodb = await startFakeAws(() => answers[next++] ?? {});
  const table = createTable(new DynamoDBClient(dynamodb.options), 'chats');
  const inputs = () => dynamodb.asked().map(({ input }) => input);
  return { table, inputs };
}

const key = { pk: 'a', sk: 'b' };

test('a condition that does not hold is a result with the stored item', async () => {
  const { table, inputs } = await createDynamoDb();
  const Item = { pk: { S: 'a' }, chunks: { N: '2' } };
  const how = refusal('com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', { Item });
  const condition = { condition: 'attribute_not_exists(pk)', returnsOld: true };
  for (const write of [
    () => table.put(key, condition),
    () => table.delete(key, condition),
    () => table.update(key, { update: 'SET a = :a', values: { ':a': 1 }, ...condition }),
  ]) {
    dynamodb.inject({ how });
    expect(await write()).toEqual({ isWritten: false, old: { pk: 'a', chunks: 2 } });
  }
  const asksForOld = { ReturnValues: 'ALL_OLD', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
  expect(inputs()).toMatchObject([asksForOld, asksForOld, asksForOld]);
});

test('any other refusal is an error', async () => {
  const { table } = await createDynamoDb();
  dynamodb.inject({ how: refusal('x#ResourceNotFoundException', { message: 'There is no table.' }) });
  await expect(table.put(key)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a throttled call is tried again', async () => {
  const { table, inputs } = await createDynamoDb();
  dynamodb.inject({ how: { status: 500, body: {} } });
  expect(await table.put(key)).toEqual({ isWritten: true, old: undefined });
  expect(inputs()).toHaveLength(2);
});

test('an item is read as it was written, bytes as bytes and numbers as numbers', async () => {
  const item = {
    ...key,
    text: 'Žofie',
    empty: '',
    number: 1.5,
    yes: true,
    none: null,
    bytes: Uint8Array.of(0, 255),
    list: ['a', 1, { in: 'it' }],
  };
  const { table, inputs } = await createDynamoDb({});
  await table.put({ ...item, absent: undefined });
  const [input] = inputs();
  expect(input?.['Item']).not.toHaveProperty('absent');
  await dynamodb.close();
  const other = await createDynamoDb({ Item: input?.['Item'] });
  const read = await other.table.get(key);
  expect(read).toEqual(item);
  expect(read?.['bytes']).toBeInstanceOf(Uint8Array);
  await expect(other.table.put({ ...key, number: Number.NaN })).rejects.toThrow('NaN');
});

test('a query reads pages as they are needed', async () => {
  const page = (sk: string, isLast = false) => ({
    Items: [{ sk: { S: sk } }],
    ...(!isLast && { LastEvaluatedKey: { sk: { S: sk } } }),
  });
  const pages = [page('1'), page('2'), page('3', true)];
  const query = { partition: 'a' };
  const whole = await createDynamoDb(...pages);
  expect(await collect(whole.table.query(query))).toEqual([{ sk: '1' }, { sk: '2' }, { sk: '3' }]);
  expect(whole.inputs().map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([
    undefined,
    { sk: { S: '1' } },
    { sk: { S: '2' } },
  ]);
  await dynamodb.close();
  const first = await createDynamoDb(...pages);
  expect(await collect(first.table.query(query), 1)).toEqual([{ sk: '1' }]);
  expect(first.inputs()).toHaveLength(1);
});

test('what a batch leaves unread is read one by one', async () => {
  const left = { chats: { Keys: ['2', '3'].map((sk) => ({ pk: { S: 'a' }, sk: { S: sk } })) } };
  const { table, inputs } = await createDynamoDb(
    { Responses: { chats: [{ sk: { S: '1' } }] }, UnprocessedKeys: left },
    { Item: { sk: { S: '2' } } },
    {},
  );
  const keys = ['1', '2', '3'].map((sk) => ({ pk: 'a', sk }));
  expect(await table.getMany(keys, ['sk'])).toEqual([{ sk: '1' }, { sk: '2' }]);
  const asked = inputs().slice(1);
  expect(asked.map(({ Key }) => Key)).toEqual(left.chats.Keys);
  expect(asked).toMatchObject([{ ProjectionExpression: '#sk' }, { ProjectionExpression: '#sk' }]);
});

test('no keys are no call', async () => {
  const { table, inputs } = await createDynamoDb();
  expect(await table.getMany([])).toEqual([]);
  expect(inputs()).toEqual([]);
});
