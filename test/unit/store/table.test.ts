import { expect, test } from '@jest/globals';
import { AwsError } from '../../../lambda/platform/aws/aws-error.ts';
import type { AwsCall } from '../../../lambda/platform/aws/call.ts';
import { collect } from '../../../lambda/platform/collect.ts';
import { createTable } from '../../../lambda/store/table.ts';

/** A DynamoDB that gives these answers in turn. */
function createDynamoDb(...answers: readonly (Readonly<Record<string, unknown>> | Error)[]) {
  const asked: Readonly<Record<string, unknown>>[] = [];
  const pauses: number[] = [];
  const call: AwsCall = async (operation, input) => {
    const answer = answers[asked.length];
    asked.push({ operation, ...input });
    if (answer instanceof Error || answer === undefined) throw answer ?? new Error('nothing more was expected');
    return answer;
  };
  const table = createTable(call, 'chats', async (milliseconds) => pauses.push(milliseconds));
  return { asked, pauses, table };
}
const key = { pk: 'a', sk: 'b' };
const refusal = (body: object) => new AwsError('PutItem', { status: 400, text: JSON.stringify(body) });

test('a condition that does not hold is an answer, with what lies there', async () => {
  const body = { __type: 'x#ConditionalCheckFailedException', Item: { pk: { S: 'a' }, chunks: { N: '2' } } };
  const { asked, table } = createDynamoDb(refusal(body));
  const condition = { condition: 'attribute_not_exists(pk)', returnsOld: true };
  expect(await table.put(key, condition)).toEqual({ held: false, old: { pk: 'a', chunks: 2 } });
  expect(asked).toMatchObject([{ ReturnValues: 'ALL_OLD', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }]);
});

test('any other refusal is an error', async () => {
  const { table } = createDynamoDb(refusal({ __type: 'x#ResourceNotFoundException', message: 'There is no table.' }));
  await expect(table.put(key)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('pages are asked for as they are needed', async () => {
  const page = (sk: string, isLast = false) => ({
    Items: [{ sk: { S: sk } }],
    ...(!isLast && { LastEvaluatedKey: { sk: { S: sk } } }),
  });
  const pages = [page('1'), page('2'), page('3', true)];
  const query = { where: 'pk = :pk', values: { ':pk': 'a' } };
  const whole = createDynamoDb(...pages);
  expect(await collect(whole.table.query(query))).toEqual([{ sk: '1' }, { sk: '2' }, { sk: '3' }]);
  expect(whole.asked.map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([
    undefined,
    { sk: { S: '1' } },
    { sk: { S: '2' } },
  ]);
  const first = createDynamoDb(...pages);
  expect(await collect(first.table.query(query), 1)).toEqual([{ sk: '1' }]);
  expect(first.asked).toHaveLength(1);
});

test('what is left over of many items is asked for again, after longer and longer pauses', async () => {
  const left = { chats: { Keys: [{ pk: { S: 'a' }, sk: { S: '2' } }] } };
  const { asked, pauses, table } = createDynamoDb(
    { Responses: { chats: [{ sk: { S: '1' } }] }, UnprocessedKeys: left },
    { Responses: { chats: [] }, UnprocessedKeys: left },
    { Responses: { chats: [{ sk: { S: '2' } }] }, UnprocessedKeys: {} },
  );
  const keys = ['1', '2', '3'].map((sk) => ({ pk: 'a', sk }));
  expect(await table.getMany(keys)).toEqual([{ sk: '1' }, { sk: '2' }]);
  expect(asked[1]).toMatchObject({ operation: 'BatchGetItem', RequestItems: left });
  expect(pauses).toEqual([50, 100]);
  expect(await table.getMany([])).toEqual([]);
});
