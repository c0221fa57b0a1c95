import { promises } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

// Before anything of the SDK is loaded, which keeps the function that it finds then.
const readFile = jest.spyOn(promises, 'readFile');

const load = async () => ({
  ...(await import('@aws-sdk/client-dynamodb')),
  ...(await import('@aws-sdk/client-secrets-manager')),
  ...(await import('@aws-sdk/client-sqs')),
  ...(await import('../../../lambda/platform/aws-clients.ts')),
});

const before = process.env;
beforeEach(() => {
  process.env = {
    PATH: before['PATH'],
    HOME: before['HOME'],
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
  };
});
afterEach(() => {
  process.env = before;
  jest.clearAllMocks();
});

type Sent = { readonly hostname: string; readonly port?: number; readonly headers: Readonly<Record<string, string>> };

/** Takes what a client would send. */
function interception() {
  const sent: Sent[] = [];
  const requestHandler = {
    handle: async (request: Sent): Promise<never> => {
      sent.push(request);
      throw Object.assign(new Error('not sent'), { name: 'Intercepted' });
    },
  };
  return { sent, requestHandler };
}

/** A call of each client. */
async function callAll() {
  const sdk = await load();
  const { awsClientOptions } = sdk;
  const { sent, requestHandler } = interception();
  const calls = [
    new sdk.SQSClient({ ...awsClientOptions('SQS'), requestHandler }).send(new sdk.ListQueuesCommand()),
    new sdk.DynamoDBClient({ ...awsClientOptions('DYNAMODB'), requestHandler }).send(
      new sdk.GetItemCommand({ TableName: 'chats', Key: { pk: { S: 'a' } } }),
    ),
    new sdk.SecretsManagerClient({ ...awsClientOptions('SECRETS_MANAGER'), requestHandler }).send(
      new sdk.GetSecretValueCommand({ SecretId: 'sales' }),
    ),
  ];
  for (const result of await Promise.allSettled(calls)) {
    expect(result).toMatchObject({ status: 'rejected', reason: { name: 'Intercepted' } });
  }
  return sent;
}

test('a client signs with the credentials of its role, and reads no file', async () => {
  for (const { headers } of await callAll()) {
    expect(headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 Credential=id\/\d{8}\/eu-central-1\//);
    expect(headers['x-amz-security-token']).toBe('token');
  }
  expect(readFile).not.toHaveBeenCalled();
});

test('an option that is left out is looked up in a file', async () => {
  process.env['AWS_CONFIG_FILE'] = join(tmpdir(), 'none-is-here');
  const sdk = await load();
  const { requestHandler } = interception();
  const { useFipsEndpoint: _left, ...options } = sdk.awsClientOptions('SQS');
  await new sdk.SQSClient({ ...options, requestHandler }).send(new sdk.ListQueuesCommand()).catch(() => {});
  expect(readFile).toHaveBeenCalledWith(process.env['AWS_CONFIG_FILE'], 'utf8');
});

describe('a client calls its service', () => {
  test.each([
    ['eu-central-1', 'amazonaws.com'],
    ['us-gov-west-1', 'amazonaws.com'],
    ['cn-north-1', 'amazonaws.com.cn'],
  ])('in %s at the address that AWS gives it', async (region, domain) => {
    process.env['AWS_REGION'] = region;
    const hosts = (await callAll()).map(({ hostname }) => hostname);
    expect(hosts.toSorted()).toEqual(
      ['dynamodb', 'secretsmanager', 'sqs'].map((name) => `${name}.${region}.${domain}`),
    );
  });

  test('at the endpoint in the environment', async () => {
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = 'http://127.0.0.1:2';
    const ports = (await callAll()).map(({ hostname, port }) => `${hostname}:${port}`);
    expect(ports.toSorted()).toEqual(['127.0.0.1:1', '127.0.0.1:1', '127.0.0.1:2']);
  });
});

test('a call to warm up is prepared and signed, and not sent', async () => {
  const sdk = await load();
  const requests: unknown[] = [];
  const sqs = new sdk.SQSClient({ ...sdk.awsClientOptions('SQS'), endpoint: 'http://127.0.0.1:9' });
  sqs.middlewareStack.add(
    (next) => async (args) => {
      requests.push(args.request);
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  const outcome = await new Promise((resolve) => {
    sdk.warmUp((options) => {
      const call = sqs.send(new sdk.SendMessageCommand({ QueueUrl: 'https://sqs', MessageBody: '' }), options);
      resolve(call.catch((error: unknown) => error));
      return call;
    });
  });
  expect(outcome).toMatchObject({ name: 'AbortError' });
  expect(requests).toEqual([
    expect.objectContaining({ headers: expect.objectContaining({ authorization: expect.stringMatching(/^AWS4/) }) }),
  ]);
});
