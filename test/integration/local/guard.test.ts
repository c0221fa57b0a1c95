import { request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startSecretsManager } from '../../../local/servers/secrets-manager.ts';
import { superviseServer } from '../../../local/servers/servers.ts';
import { newDirectory } from './support/directory.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

const accessKey = '0123456789abcdef';
const embedded = (name: string) => async () =>
  superviseServer({
    script: join(process.cwd(), `local/servers/${name}-process.ts`),
    accessKey,
    directory: newDirectory(),
    log: (output) => output.resume(),
  });
const secretsManager = async () => {
  const server = await startSecretsManager(accessKey);
  server.put(new Map([['arn', 'a secret']]));
  return server;
};

const authorization = (key: string) =>
  `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/any/aws4_request, SignedHeaders=host, Signature=00`;

describe.each([
  ['DynamoDB', embedded('dynamodb'), 'DynamoDB_20120810.ListTables', '{}', 'TableNames'],
  ['SQS', embedded('sqs'), 'AmazonSQS.ListQueues', '{}', '{'],
  ['Secrets Manager', secretsManager, 'secretsmanager.GetSecretValue', '{"SecretId":"arn"}', 'a secret'],
])('the embedded %s', (_name, start, target, body, contents) => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const ask = (headers: Readonly<Record<string, string>>, method = 'POST') =>
    new Promise<{ status: number | undefined; text: string; cors: string[] }>((resolve, reject) => {
      const sent = {
        'x-amz-target': target,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-date': '20260101T000000Z',
      };
      const outgoing = request(server.endpoint, { method, headers: { ...sent, ...headers } }, (response) => {
        const cors = Object.keys(response.headers).filter((name) => name.startsWith('access-control'));
        buffer(response).then((text) => resolve({ status: response.statusCode, text: text.toString(), cors }), reject);
      });
      outgoing.on('error', reject).end(method === 'POST' ? body : undefined);
    });

  test('answers who knows the access key', async () => {
    const { status, text, cors } = await ask({ authorization: authorization(accessKey) });
    expect([status, text, cors]).toEqual([200, expect.stringContaining(contents), []]);
    const { port } = new URL(server.endpoint);
    expect((await ask({ authorization: authorization(accessKey), host: `localhost:${port}` })).status).toBe(200);
  });

  test.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ['without a key', {}, 'POST'],
    ['with another key', { authorization: authorization('local') }, 'POST'],
    ['with the beginning of the key', { authorization: authorization(accessKey.slice(0, -1)) }, 'POST'],
    ['for another name', { authorization: authorization(accessKey), host: 'evil.example' }, 'POST'],
    ['for another port', { authorization: authorization(accessKey), host: '127.0.0.1:1' }, 'POST'],
    ['of a web page', { authorization: authorization(accessKey), origin: 'http://127.0.0.1:3000' }, 'POST'],
    ['of a hidden page', { authorization: authorization(accessKey), origin: 'null' }, 'POST'],
    ['for permission', { origin: 'https://evil.example', 'access-control-request-method': 'POST' }, 'OPTIONS'],
    ['to look', {}, 'GET'],
  ])('refuses a request %s in one line', async (_request, headers, method) => {
    const { status, text, cors } = await ask(headers, method);
    expect([status, text, cors]).toEqual([403, expect.stringMatching(/^\{"__type":"AccessDenied.*\}\n$/), []]);
  });
});
