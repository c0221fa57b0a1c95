import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type AwsOptions, createAwsCall, type Hurry } from '../../../../lambda/platform/aws/call.ts';
import type { Service } from '../../../../lambda/platform/aws/endpoint.ts';
import { type FakeServer, type Fault, startFakeServer } from '../../../support/fake-server.ts';

let aws: FakeServer;
let pauses: number[];
beforeEach(async () => {
  aws = await startFakeServer(() => ({ status: 200, body: { Item: { pk: { S: 'ž' } } } }));
  pauses = [];
});
afterEach(() => {
  jest.useRealTimers();
  return aws.close();
});

const open = (service: Service = 'dynamodb', hurry: Partial<Hurry> = {}, options: Partial<AwsOptions> = {}) =>
  createAwsCall({
    service,
    region: 'eu-central-1',
    endpoint: aws.url,
    credentials: async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'a-session' }),
    hurry: { attempts: 3, connectionTimeoutMs: 1_000, requestTimeoutMs: 1_000, ...hurry },
    now: () => new Date('2026-05-04T08:15:00.250Z'),
    sleep: async (milliseconds) => pauses.push(milliseconds),
    random: () => 1,
    ...options,
  });
const get = (call = open()) => call('GetItem', { TableName: 'chats' });
const refusal = (type: string, status = 400): Fault => ({
  how: { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'No.' } },
});

describe('an operation is asked for in a signed request', () => {
  test.each([
    ['dynamodb', 'DynamoDB_20120810.Do', '1.0'],
    ['sqs', 'AmazonSQS.Do', '1.0'],
    ['secretsmanager', 'secretsmanager.Do', '1.1'],
  ] as const)('of %s', async (service, target, version) => {
    expect(await open(service)('Do', { Name: 'ž', left: undefined })).toEqual({ Item: { pk: { S: 'ž' } } });
    expect(aws.requests).toMatchObject([
      {
        method: 'POST',
        path: '/',
        text: '{"Name":"ž"}',
        headers: {
          host: new URL(aws.url).host,
          'content-type': `application/x-amz-json-${version}`,
          'x-amz-target': target,
          'x-amz-date': '20260504T081500Z',
          'x-amz-security-token': 'a-session',
          authorization: expect.stringContaining(`Credential=AKID/20260504/eu-central-1/${service}/aws4_request`),
        },
      },
    ]);
  });
});

test('an answer without a word is one: SQS has nothing to tell of a message that it hides', async () => {
  aws.inject({ how: { status: 200, headers: { 'content-length': '0' } } });
  expect(await open('sqs')('ChangeMessageVisibility', {})).toEqual({});
  expect(pauses).toEqual([]);
});

describe('it is tried again', () => {
  test.each([
    ['an error of the service', refusal('InternalServerError', 500), 50],
    ['a gateway in between', { how: { status: 503, body: '<html>' } }, 50],
    ['throttling of the table', refusal('ProvisionedThroughputExceededException'), 1000],
    ['throttling of the account', refusal('ThrottlingException'), 1000],
    ['throttling of the queue', refusal('RequestThrottled'), 1000],
    ['a connection that breaks', { how: 'reset' }, 50],
    ['an answer that is cut short', { how: 'half' }, 50],
    ['silence', { how: 'silence' }, 50],
  ] satisfies readonly (readonly [string, Fault, number])[])('after %s', async (_what, fault, pause) => {
    aws.inject(fault);
    expect(await get()).toEqual({ Item: { pk: { S: 'ž' } } });
    expect(aws.requests).toHaveLength(2);
    expect(pauses).toEqual([pause]);
  });

  test('after twice the pause each time, and only so often', async () => {
    for (let time = 0; time < 5; time += 1) aws.inject(refusal('InternalServerError', 500));
    await expect(get(open('dynamodb', { attempts: 4 }))).rejects.toMatchObject({ name: 'InternalServerError' });
    expect(pauses).toEqual([50, 100, 200]);
  });

  test('until silence has lasted too often', async () => {
    for (let time = 0; time < 2; time += 1) aws.inject({ how: 'silence' });
    const silence = { name: 'TimeoutError', message: 'There was no answer within 1000 ms.' };
    await expect(get(open('dynamodb', { attempts: 2 }))).rejects.toMatchObject(silence);
  });

  test('where nobody listens, too', async () => {
    await aws.close();
    await expect(get()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(pauses).toHaveLength(2);
  });
});

describe('what cannot help is not tried again:', () => {
  test('a refusal has the name that AWS gives it, and what it tells', async () => {
    const body = {
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      Item: { pk: { S: 'a' } },
    };
    aws.inject({ how: { status: 400, body } });
    await expect(get()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', details: body });
    expect(aws.requests).toHaveLength(1);
  });

  test.each([
    ['with a service before it', 'com.amazon.coral.service#AccessDeniedException'],
    ['alone', 'AccessDeniedException'],
    ['with a link behind it', 'AccessDeniedException:http://internal.amazon.com/coral/'],
  ])('a name is read %s', async (_how, __type) => {
    aws.inject({ how: { status: 400, body: { __type, Message: 'User is not authorized.' } } });
    await expect(get()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'AWS answered 400 to GetItem: User is not authorized.',
    });
  });

  test('an answer that nobody can read, and that the error does not repeat', async () => {
    aws.inject({ how: { status: 200, body: 'the-key' } });
    const message = 'AWS answered 200 to GetItem: nothing that can be read.';
    await expect(get()).rejects.toMatchObject({ name: 'AwsError', message });
    expect(aws.requests).toHaveLength(1);
  });

  test('credentials that are not to be had', async () => {
    const missing = Object.assign(new Error('Could not load'), { name: 'CredentialsProviderError' });
    const call = open('dynamodb', {}, { credentials: () => Promise.reject(missing) });
    await expect(get(call)).rejects.toBe(missing);
    expect(pauses).toEqual([]);
  });

  test('a request that cannot be made, after which no clock runs on', async () => {
    jest.useFakeTimers();
    const broken = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'two\nlines' };
    await expect(get(open('dynamodb', {}, { credentials: () => broken }))).rejects.toThrow('Invalid character');
    expect(jest.getTimerCount()).toBe(0);
    expect(pauses).toEqual([]);
  });
});

test('a hundred at once take their turns, and all are answered', async () => {
  const call = open('dynamodb', { connectionTimeoutMs: 10_000, requestTimeoutMs: 10_000 });
  const answers = await Promise.all(Array.from({ length: 100 }, () => get(call)));
  expect(answers).toHaveLength(100);
  expect(pauses).toEqual([]);
});
