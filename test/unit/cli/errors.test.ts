import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { HttpRequest } from '@smithy/core/protocols';
import { createRequestHandler } from '../../../cli/lib/deployment/connect.ts';
import {
  CliError,
  exitCodes,
  explain,
  Interrupted,
  networkErrorOf,
  UsageError,
} from '../../../cli/lib/terminal/errors.ts';
import { ConfigError } from '../../../infra/config/load.ts';
import { freePort } from '../../support/dynamodb-local.ts';

const named = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

describe('what is expected is told without a stack', () => {
  test.each([
    ['our own', new CliError('Deploy first.'), exitCodes.failed, 'Deploy first.'],
    ['wrong usage', new UsageError('Say which.'), exitCodes.usage, 'Say which.'],
    ['Ctrl-C', new Interrupted('Stopped after 3.'), exitCodes.interrupted, 'Stopped after 3.'],
    [
      'Ctrl-C at a question',
      named('ExitPromptError', 'User force closed'),
      exitCodes.interrupted,
      'Nothing was changed',
    ],
    ['a configuration', new ConfigError('forwarder.json has a mistake'), exitCodes.failed, 'has a mistake'],
    ['no region', new Error('Region is missing'), exitCodes.failed, 'For the local stack, add --local.'],
    ['no credentials', named('CredentialsProviderError', 'Could not load\nstack'), exitCodes.failed, 'aws configure'],
    ['FIPS at an emulator', named('EndpointError', 'FIPS and custom endpoint'), exitCodes.failed, 'contradict'],
    ['old credentials', named('ExpiredTokenException', 'The token has expired'), exitCodes.failed, 'Sign in again'],
    ['other credentials', named('InvalidSignatureException', 'It does not match'), exitCodes.failed, 'Sign in again'],
    [
      'a slow clock',
      named('InvalidSignatureException', 'Signature expired: 20260504'),
      exitCodes.failed,
      'Set the clock',
    ],
    [
      'a fast clock',
      named('InvalidSignatureException', 'Signature not yet current'),
      exitCodes.failed,
      'Set the clock',
    ],
    ['a wrong clock', named('RequestTimeTooSkewed', 'The difference is too large'), exitCodes.failed, 'Set the clock'],
    ['no permission', named('AccessDeniedException', 'not authorized to Query'), exitCodes.failed, 'forbids'],
    ['no network', named('Error', 'getaddrinfo', { code: 'ENOTFOUND' }), exitCodes.failed, 'No connection (ENOTFOUND)'],
    ['a silent server', named('TimeoutError', 'timed out'), exitCodes.failed, 'No connection (TimeoutError)'],
  ])('%s', (_what, error, exitCode, words) => {
    const explained = explain(error);
    expect(explained.exitCode).toBe(exitCode);
    expect(explained.text).toContain(words);
    expect(explained.text).not.toMatch(/^\s+at /m);
  });
});

test.each([
  ['help', { code: 'commander.helpDisplayed', exitCode: 0 }, exitCodes.ok],
  ['an unknown option', { code: 'commander.unknownOption', exitCode: 1 }, exitCodes.usage],
])('%s has told itself', (_what, error, exitCode) => {
  expect(explain(error)).toEqual({ text: '', exitCode });
});

test('a bug is told with its stack', () => {
  const explained = explain(new TypeError('x is not a function'));
  expect(explained).toMatchObject({ exitCode: exitCodes.failed });
  expect(explained.text).toMatch(/bug.*\nTypeError: x is not a function\n\s+at /);
});

test.each(['127.0.0.1', 'localhost'])(
  'a connection that %s refuses is told with host, port and remedy',
  async (host) => {
    const port = await freePort();
    const env = {
      ...process.env,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_MAX_ATTEMPTS: '1',
      AWS_ENDPOINT_URL: `http://${host}:${port}`,
    };
    const { status, stderr } = spawnSync(process.execPath, ['cli/forwarder.mjs', 'status'], { env, encoding: 'utf8' });
    expect(status).toBe(exitCodes.failed);
    expect(stderr).toContain(`No connection to ${host}:${port} (ECONNREFUSED)`);
    expect(stderr).toContain('run npm start; for an emulator of AWS, start it, or unset AWS_ENDPOINT_URL');
  },
);

test('a server that does not answer is named, though the SDK does not', async () => {
  // What is not read is not seen to close.
  const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = Object(server.address());
  const handler = createRequestHandler();
  handler.updateHttpClientConfig('requestTimeout', 50);
  const request = new HttpRequest({ protocol: 'http:', hostname: '127.0.0.1', port, method: 'GET', path: '/' });
  const { text } = explain(await handler.handle(request).catch((error: unknown) => error));
  expect(text).toContain(`No connection to 127.0.0.1:${port} (ETIMEDOUT)`);
  handler.destroy();
  server.close();
});

test('an answer that is not from AWS is no bug of ours', () => {
  const explained = explain(named('Unknown', 'UnknownError'));
  expect(explained).toMatchObject({ exitCode: exitCodes.failed, text: expect.stringContaining('is not from AWS') });
});

test('nor is a page in the place of an answer', async () => {
  const server = createHttpServer((_, response) => response.end('<html>Sign in to the network</html>'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = Object(server.address());
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const error = await client.send(new ListTablesCommand()).catch((thrown: unknown) => thrown);
  client.destroy();
  server.close();
  expect(explain(error).text).toContain('is not from AWS');
});

test('a fetch that fails is told by what the network said', async () => {
  const refused = fetch(`http://127.0.0.1:${await freePort()}`);
  await expect(refused.catch(networkErrorOf)).resolves.toBe('ECONNREFUSED');
  const slow = Object.assign(new Error('timed out'), { name: 'TimeoutError' });
  expect(networkErrorOf(slow)).toBe('TimeoutError');
});
