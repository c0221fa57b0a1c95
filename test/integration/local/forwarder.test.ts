import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createForwarder, type Forwarder } from '../../../inspector/forwarder/forwarder.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createSpool } from '../../../lambda/store/spool.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { type FakeAws, startFakeAws } from '../../support/fake-aws.ts';
import { hookBody } from '../demo/conversations.ts';

let stored: TestTable;
let aws: FakeAws;
let forwarder: Forwarder;

beforeAll(async () => {
  stored = await startTable();
  aws = await startFakeAws(({ input }) => ({ MessageId: '1', MD5OfMessageBody: md5(String(input['MessageBody'])) }));
  forwarder = createForwarder({
    sqs: new SQSClient(aws.options),
    queueUrl: 'https://sqs.example/queue',
    fetchQueueUrl: undefined,
    table: stored.table,
    retentionDays: 30,
    operator: async () => 'eva',
  });
});
afterAll(async () => {
  await aws.close();
  await stored.close();
});

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('a hook that was spooled while the queue was away', () => {
  test('is shown with its body, and put on the queue on request, once', async () => {
    const body = hookBody('answered', 1);
    await createSpool(stored.table)(body, new Date('2026-05-01T08:00:00Z'));
    const [spooled] = await forwarder.spooled();
    const id = spooled?.id ?? '';
    expect(spooled).toMatchObject({ receivedAt: '2026-05-01T08:00:00.000Z' });
    expect(String(await forwarder.bodyOf(id))).toBe(body);

    expect(await forwarder.replay(id)).toEqual({ conversationId: '100200:1', words: 'It is on the queue now.' });
    expect(aws.asked()).toMatchObject([{ operation: 'SendMessage' }]);
    for await (const left of createRecords(stored.table).spooled()) throw new Error(`${left} is still spooled.`);
    expect(await forwarder.replay(id)).toMatchObject({ words: 'It is on the queue already.' });
    expect(await forwarder.bodyOf(id)).toBeUndefined();
  });
});

describe('what is not there', () => {
  test.each(['208:1', 'abcdef', 'SPOOL#1'])('%s has no body, and cannot be sent again', async (id) => {
    expect(await forwarder.bodyOf(id)).toBeUndefined();
    expect((await forwarder.replay(id)).words).toMatch(/no longer|no delivery|already/);
    expect(await forwarder.chat(id)).toBeUndefined();
  });
});
