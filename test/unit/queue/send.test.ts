import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { unseal } from '../../../lambda/queue/envelope.ts';
import { createSend } from '../../../lambda/queue/send.ts';
import { type FakeServer, type Received, startFakeServer } from '../../support/fake-server.ts';

const receivedAt = new Date('2026-05-04T08:15:00.250Z');
const never = () => Promise.reject(new Error('Nothing here is that large.'));
const messageOf = ({ body }: Received) => String(Object(body).MessageBody);

let queue: FakeServer;
beforeEach(async () => {
  queue = await startFakeServer((request) => ({
    status: 200,
    body: { MessageId: '1', MD5OfMessageBody: createHash('md5').update(messageOf(request)).digest('hex') },
  }));
});
afterEach(() => queue.close());

const send = () =>
  createSend({
    queueUrl: `${queue.url}/000000000000/chats`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    putOverflow: never,
    attempts: 2,
    connectionTimeoutMs: 500,
    requestTimeoutMs: 300,
    now: () => receivedAt,
  })('{"accountId":208}', receivedAt);

test('a body goes to the queue as an envelope, in a signed request', async () => {
  await send();
  const [request] = queue.requests;
  expect(request?.headers).toMatchObject({
    'x-amz-target': 'AmazonSQS.SendMessage',
    'content-type': 'application/x-amz-json-1.0',
    authorization: expect.stringContaining('/eu-central-1/sqs/aws4_request'),
  });
  expect(request?.body).toMatchObject({ QueueUrl: `${queue.url}/000000000000/chats` });
  expect(request && (await unseal(messageOf(request), never))).toEqual({
    ok: true,
    body: '{"accountId":208}',
    receivedAt,
  });
});

describe('it is tried twice', () => {
  test.each([
    ['an error of SQS', { status: 503, body: { __type: 'ServiceUnavailable' } }],
    ['throttling', { status: 400, body: { __type: 'com.amazonaws.sqs#RequestThrottled' } }],
    ['a connection that breaks', 'reset'],
    ['silence', 'silence'],
  ] as const)('after %s', async (_what, how) => {
    queue.inject({ how });
    await send();
    expect(queue.requests).toHaveLength(2);
  });

  test('and no more', async () => {
    for (let time = 0; time < 3; time += 1) queue.inject({ how: { status: 500, body: {} } });
    await expect(send()).rejects.toThrow('SQS answered 500');
    expect(queue.requests).toHaveLength(2);
  });
});

test('what cannot help is not tried again, and the error has the name that SQS gives it', async () => {
  queue.inject({ how: { status: 400, body: { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'No.' } } });
  await expect(send()).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  expect(queue.requests).toHaveLength(1);
});

test.each([
  ['another text', { MessageId: '1', MD5OfMessageBody: 'ff' }],
  ['who knows what', 'OK'],
])('an answer that it keeps %s is an error', async (_what, body) => {
  queue.inject({ how: { status: 200, body } });
  await expect(send()).rejects.toThrow('SQS answered 200');
});
