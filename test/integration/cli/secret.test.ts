import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { type FakeZendesk, startFakeZendesk } from '../../support/fake-zendesk.ts';
import { newDirectory } from '../local/support/directory.ts';
import { noAwsUser, startFakeAccount } from './support/fake-account.ts';
import { startFakeCloudFormation } from './support/fake-cloudformation.ts';
import { createForwarderHere, type Forwarder } from './support/forwarder.ts';
import { ctrlC, enter, openTerminal } from './support/terminal.ts';

// A machine that may be busy.
jest.setTimeout(60_000);

let crm: FakeZendesk;
let email: string;
beforeAll(async () => {
  crm = await startFakeZendesk();
  ({ email } = JSON.parse(crm.secret));
});
afterAll(() => crm.close());

let directory: string;
let forwarder: Forwarder;
beforeEach(() => {
  directory = newDirectory();
  const run = createForwarderHere(join(directory, '.local'));
  forwarder = (args, options) => run(args, { ...options, cwd: directory, env: { ...noAwsUser, ...options?.env } });
  const destinations = [{ name: 'zendesk', adapter: 'zendesk', baseUrl: crm.url }];
  writeFileSync(join(directory, 'forwarder.json'), JSON.stringify({ destinations }));
});

const outputs = {
  HookUrl: 'https://hook.example/smartsupp/',
  HookKeyDigests: '',
  HookKeySecretArn: 'arn:key',
  DestinationSecrets: '{"zendesk":"arn:zendesk"}',
  QueueUrl: '',
  DeadLetterQueueUrl: '',
  TableName: 'table',
  ErasureTableName: 'erasures',
};

test('notify: puts the webhook’s URL into its own secret, and takes nothing else for one', async () => {
  const destinations = [{ name: 'zendesk', adapter: 'zendesk', baseUrl: crm.url }];
  writeFileSync(join(directory, 'forwarder.json'), JSON.stringify({ destinations, notify: { to: 'slack' } }));
  const account = await startFakeAccount({ secrets: { 'arn:webhook': 'a placeholder' } });
  const stackWith = (more: Readonly<Record<string, string>>) =>
    startFakeCloudFormation('SmartsuppCrmForwarder-prod', { ...outputs, ...more });
  const cloudFormation = await stackWith({ NotifySecretArn: 'arn:webhook' });
  const env = { ...account.env, AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url };
  const secret = (input: string, ...more: readonly string[]) =>
    forwarder(['secret', 'notify', '--secret-stdin', ...more], { env, input });

  const mistaken = await secret('http://chat.example/hook');
  expect([mistaken.code, mistaken.stderr]).toEqual([1, expect.stringMatching(/^The secret holds no https/)]);
  // Nothing answers there.
  const untried = await secret('https://127.0.0.1:1/hook');
  expect([untried.code, untried.stderr]).toEqual([1, expect.stringMatching(/^The webhook did not answer/)]);
  expect(account.secrets.get('arn:webhook')).toBe('a placeholder');
  expect((await secret('https://chat.example/hook\n', '--no-check')).code).toBe(0);
  expect(account.secrets.get('arn:webhook')).toBe('https://chat.example/hook');

  const without = await stackWith({});
  const other = await forwarder(['secret', 'notify', '--secret-stdin'], {
    env: { ...env, AWS_ENDPOINT_URL_CLOUDFORMATION: without.url },
    input: 'https://chat.example/hook',
  });
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('has no secret "notify" yet')]);
  await Promise.all([account, cloudFormation, without].map((each) => each.close()));
});

test('puts what the CRM has taken into Secrets Manager', async () => {
  const account = await startFakeAccount({ secrets: { 'arn:zendesk': 'a placeholder' } });
  const cloudFormation = await startFakeCloudFormation('SmartsuppCrmForwarder-prod', outputs);
  const env = { ...account.env, AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url };

  const refused = await forwarder(['secret', '--secret-stdin'], {
    env,
    input: JSON.stringify({ email, token: 'x' }),
  });
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('Zendesk answered 401')]);
  expect(account.secrets.get('arn:zendesk')).toBe('a placeholder');

  const { code, stderr } = await forwarder(['secret', 'zendesk', '--secret-stdin'], { env, input: crm.secret });
  expect([code, stderr]).toEqual([0, expect.stringContaining('The credentials are in Secrets Manager')]);
  expect(account.secrets.get('arn:zendesk')).toBe(crm.secret);

  const elsewhere = await forwarder(['secret', '--secret-stdin', '--stage', 'dev'], { env, input: crm.secret });
  expect([elsewhere.code, elsewhere.stderr]).toEqual([
    1,
    expect.stringMatching(/^There is no SmartsuppCrmForwarder-dev/),
  ]);

  // And init does so at once, for what is deployed already.
  const elsewhereUrl = ['--set', 'baseUrl=https://shop.zendesk.com', '--no-check'];
  const anew = ['init', '--crm', 'zendesk', '--replace', 'zendesk', '--secret-stdin', ...elsewhereUrl];
  const { stdout } = await forwarder(anew, { env, input: crm.secret });
  expect(stdout).toMatch(/1\. npx cdk deploy .*\n {2}2\. npx forwarder doctor .*\n$/);
  await Promise.all([account.close(), cloudFormation.close()]);
});

test('goes into .env for the local stack', async () => {
  const { code } = await forwarder(['secret', '--local', '--secret-stdin'], { input: crm.secret });
  expect(code).toBe(0);
  expect(parseEnv(readFileSync(join(directory, '.env'), 'utf8'))).toEqual({ FORWARDER_SECRET_ZENDESK: crm.secret });
  // From where it can be taken to AWS.
  const { stderr } = await forwarder(['secret', '--local', '--no-check']);
  expect(stderr).toContain('✓ FORWARDER_SECRET_ZENDESK is in .env');
});

test('Enter does not take the credentials that are to be replaced', async () => {
  writeFileSync(join(directory, '.env'), `FORWARDER_SECRET_ZENDESK='${crm.secret}'\n`);
  const terminal = openTerminal(['secret', '--local'], noAwsUser, directory);
  await terminal.shows(/FORWARDER_SECRET_ZENDESK is set here\. Use it\? \(y\/N\)/);
  terminal.type(enter);
  await terminal.shows(/^ *forwarder: *$/);
  terminal.type(ctrlC);
  expect(await terminal.exit).toBe(130);
});

test('of what nobody gives credentials for, asks nobody, and says where the key is', async () => {
  const destinations = [{ name: 'shop', adapter: 'webhook', url: 'https://shop.example/chats' }];
  writeFileSync(join(directory, 'forwarder.json'), JSON.stringify({ destinations }));
  const { code, stderr } = await forwarder(['secret', '--local', '--secret-stdin'], { input: 'a'.repeat(32) });
  expect(code).toBe(0);
  const told = stderr.replaceAll(/\s+/g, ' ');
  expect(told).toContain('generated, "destination/shop" in .local/secrets.json');
  expect(told).toContain('✓ The key is valid. shop was not asked');
  expect(told).not.toContain('accepts the credentials');
});

test('of no destination, or without any credentials, says so', async () => {
  const unknown = await forwarder(['secret', 'hubspot', '--local']);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('(there is: zendesk)')]);
  const missing = await forwarder(['secret', '--local']);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('FORWARDER_SECRET_ZENDESK')]);
  const nothing = await forwarder(['secret', '--local', '--secret-stdin']);
  expect([nothing.code, nothing.stderr]).toEqual([2, 'Standard input was empty.\n']);
});
