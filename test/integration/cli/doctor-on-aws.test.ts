import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import policies from '../../../docs/operator-policy.json' with { type: 'json' };
import { alarmDefinitions, alarmText } from '../../../infra/alarm-definitions.ts';
import { loadConfig } from '../../../infra/config/load.ts';
import { configDigest } from '../../../infra/deployed.ts';
import { clientEnvironment, credentialsOf, account as localAccount } from '../../../local/lib/settings.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { startFakeServer } from '../../support/fake-server.ts';
import { type FakeZendesk, startFakeZendesk } from '../../support/fake-zendesk.ts';
import { tableDefinition } from '../../support/table-definition.ts';
import { eventually } from '../local/support/eventually.ts';
import { type FakeAccount, noAwsUser, startFakeAccount } from './support/fake-account.ts';
import { startFakeCloudFormation } from './support/fake-cloudformation.ts';
import { flat, told, writeConfig } from './support/findings.ts';
import type { Result } from './support/forwarder.ts';
import { startPoliced } from './support/policed.ts';
import { chatBody, useCliStage } from './support/stage.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(60_000);

const here = useCliStage(['shop']);

/** The account's servers for these services alone. */
const onlyServices = ({ env }: FakeAccount, ...services: readonly string[]): NodeJS.ProcessEnv =>
  Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, env[`AWS_ENDPOINT_URL_${service}`]]));

let account: FakeAccount;
let zendesk: FakeZendesk;
beforeAll(async () => {
  zendesk = await startFakeZendesk();
  account = await startFakeAccount({ bootstrapVersion: '30', secrets: { 'arn:zendesk': '{"email":"a@b.c"}' } });
});
afterAll(() => Promise.all([zendesk.close(), account.close()]));

const public_ = { destinations: [{ name: 'shop', adapter: 'webhook', url: 'https://shop.example/chats' }] };

/** What CloudFormation would say of the stack that runs here. */
const doctor = (options: Options & { readonly args?: readonly string[] } = {}) =>
  run(['doctor', ...(options.args ?? [])], options);

type Options = {
  readonly outputs?: Readonly<Record<string, string>>;
  readonly status?: string;
  readonly env?: NodeJS.ProcessEnv;
};

async function run(args: readonly string[], options: Options): Promise<Result> {
  const { outputs, endpoints } = here.stage.stackInfo;
  const deployed = {
    ...outputs,
    Version: manifest.version,
    Stage: 'prod',
    DeliverFunctionName: 'deliver',
    AlarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:Alarms',
    ...options.outputs,
  };
  const cloudFormation = await startFakeCloudFormation('SmartsuppCrmForwarder-prod', deployed, options.status);
  const env = {
    ...account.env,
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    ...clientEnvironment(endpoints),
    ...writeConfig(here.stage.directory, 'public.json', public_),
    ...options.env,
  };
  const result = await here.stage.forwarder(args, { env });
  await cloudFormation.close();
  return result;
}

test('finds all well, in 80 columns', async () => {
  const result = await doctor();
  const lines = told(result);
  expect(lines).toEqual(
    expect.arrayContaining([
      '✓ configuration  Chats go to shop.',
      '✓ AWS account    123456789012 in eu-central-1, as eva',
      '✓ CDK bootstrap  version 30',
      `✓ stack          SmartsuppCrmForwarder-prod in eu-central-1, release ${manifest.version}`,
      '✓ hook           It answers at http://….',
      '✓ alarms         none is raised',
    ]),
  );
  expect(lines.filter((line) => line.startsWith('✗'))).toEqual([]);
  expect(Math.max(...result.stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(result.code).toBe(0);
});

test('with what is around it: who gets its alarms, what the account allows, and what an earlier stack has left', async () => {
  const dynamodb = new DynamoDBClient({
    region: localAccount.region,
    credentials: credentialsOf(here.stage.stackInfo.endpoints.accessKey),
    endpoint: here.stage.stackInfo.endpoints.dynamodb,
  });
  const TableName = 'SmartsuppCrmForwarder-prod-ConversationsTable-OLD';
  await dynamodb.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...tableDefinition }));
  const troubled = await startFakeAccount({
    recipients: { 'eva@shop.example': false },
    concurrency: 10,
    eventSource: 'Disabled',
  });
  const result = await doctor({ env: onlyServices(troubled, 'SNS', 'LAMBDA') });
  const text = flat(result);
  expect(text).toMatch(/! recipients eva@shop\.example has not confirmed, .* → Open the link in the e-mail/);
  expect(text).toMatch(/! concurrency The account runs only 10 functions at once, so 2 hooks: .* → Ask AWS for more/);
  expect(text).toMatch(/✗ event source It is switched off: .* → aws lambda update-event-source-mapping --enabled /);
  expect(text).toMatch(
    /! tables No stack uses the table SmartsuppCrmForwarder-prod-ConversationsTable-OLD: .* → docs\/deploy/,
  );
  expect(result.code).toBe(1);
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  await waitUntilTableNotExists({ client: dynamodb, minDelay: 1, maxWaitTime: 20 }, { TableName });
  dynamodb.destroy();
  await troubled.close();

  const alone = await startFakeAccount({ recipients: {}, eventSource: 'deleted' });
  const told = flat(await doctor({ env: onlyServices(alone, 'SNS', 'LAMBDA') }));
  expect(told).toMatch(/! recipients Nobody is told of an alarm\. → Set alarmEmail or notify /);
  expect(told).toMatch(/✗ event source Nothing calls deliver: /);
  expect(told).not.toContain('! tables');
  await alone.close();
});

test('is looked at by who has no more than the policy for that', async () => {
  await fetch(here.stage.stack.hookUrl, { method: 'POST', body: chatBody(1) });
  await eventually(() => here.crm.taken('/shop').includes('208:1'), 20_000);
  const actions = policies.readOnly.Statement.flatMap(({ Action }) => Action);
  const { dynamodb, sqs, secretsManager } = here.stage.stackInfo.endpoints;
  const [table, queue, secrets] = await Promise.all([
    startPoliced('dynamodb', dynamodb, actions),
    startPoliced('sqs', sqs, actions),
    startPoliced('secretsmanager', secretsManager, actions),
  ]);
  const { DestinationSecrets } = here.stage.stackInfo.outputs;
  const env = {
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    AWS_ENDPOINT_URL_SQS: queue.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
  };
  for (const args of [['status'], ['list'], ['show', '208:1'], ['url'], ['doctor']]) {
    const { code, stderr } = await run(args, { outputs: { DestinationSecrets }, env });
    expect([args, code, code === 0 ? '' : stderr]).toEqual([args, 0, '']);
  }
  expect([...table.refused, ...queue.refused, ...secrets.refused]).toEqual([]);
  expect([table.asked.length, queue.asked.length, secrets.asked.length].every((count) => count > 0)).toBe(true);
  for (const each of [table, queue, secrets]) each.close();
});

test('from a machine whose clock is wrong', async () => {
  const date = new Date(Date.now() + 4.5 * 60_000).toUTCString();
  const hook = await startFakeServer(() => ({ status: 405, headers: { date }, body: {} }));
  const result = await doctor({ outputs: { HookUrl: `${hook.url}/smartsupp/` } });
  expect(flat(result)).toMatch(/! clock This machine's clock is 4 min behind\. → Set it right/);
  await hook.close();
});

test('that is old, or was rolled back, is to be looked at', async () => {
  const old = await doctor({ outputs: { Version: '0.0.9' } });
  expect(flat(old)).toMatch(
    /! stack SmartsuppCrmForwarder-prod in eu-central-1 has release 0\.0\.9, .* → npx cdk deploy /,
  );
  const rolledBack = await doctor({ status: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(flat(rolledBack)).toMatch(/! stack The last .* failed \(UPDATE_ROLLBACK_COMPLETE\); the one before it runs\./);
  expect(rolledBack.code).toBe(0);
  expect((await doctor({ status: 'ROLLBACK_COMPLETE' })).code).toBe(1);
});

test('of which only a change set was made, is not deployed yet', async () => {
  const proposed = await doctor({ status: 'REVIEW_IN_PROGRESS' });
  expect(flat(proposed)).toMatch(
    /✗ stack SmartsuppCrmForwarder-prod in eu-central-1 is not deployed yet\. → npx cdk deploy/,
  );
  expect(flat(proposed)).not.toContain('is being changed');
});

test('whose alarms have gone off, is to be looked at, each by its section in the runbook', async () => {
  const { credentialsRefused } = alarmDefinitions;
  const alarmed = await startFakeAccount({
    alarms: {
      'SmartsuppCrmForwarder-prod-Deliver-shop-CredentialsRefused': alarmText(credentialsRefused, 'docs/runbook.md'),
      'SmartsuppCrmForwarder-prod-eu-Deliver-Errors': 'of another stage',
    },
  });
  const { AWS_ENDPOINT_URL_CLOUDWATCH } = alarmed.env;
  const result = await doctor({ env: { AWS_ENDPOINT_URL_CLOUDWATCH } });
  expect(flat(result)).toMatch(
    /! alarms Deliver-shop-CredentialsRefused since .* \(UTC\): A CRM refuses .* → See docs\/runbook\.md#credentials-refused\./,
  );
  expect(flat(result)).not.toContain('of another stage');
  expect(result.code).toBe(0);
  await alarmed.close();
});

test('whose configuration is not the one that is deployed, is to be deployed again', async () => {
  const file = writeConfig(here.stage.directory, 'deployed.json', public_)['FORWARDER_CONFIG'];
  const ConfigDigest = configDigest(loadConfig(String(file)));
  const DestinationSecrets = '{"shop":"arn:zendesk"}';
  const outputs = { ConfigDigest, DestinationSecrets };
  expect(flat(await doctor({ outputs }))).not.toContain('since it was deployed last');
  const changed = await doctor({
    outputs,
    env: writeConfig(here.stage.directory, 'changed.json', { ...public_, language: 'cs' }),
  });
  expect(flat(changed)).toMatch(/! configuration It has changed since the last deployment\. → npx cdk deploy /);
});

test('whose CRM refuses the credentials, and whose configuration is another', async () => {
  const outputs = { DestinationSecrets: '{"zendesk":"arn:zendesk","old":"arn:old"}' };
  const destinations = [{ name: 'zendesk', adapter: 'zendesk', baseUrl: zendesk.url }, ...public_.destinations];
  const result = await doctor({
    outputs,
    env: { ...writeConfig(here.stage.directory, 'other.json', { destinations }), ...account.env },
  });
  expect(result.code).toBe(1);
  expect(flat(result)).toMatch(/✗ configuration It sends chats to this machine \(zendesk\)/);
  expect(flat(result)).toMatch(/✗ destinations shop is configured, but not deployed\. → npx cdk deploy /);
  expect(flat(result)).toMatch(/! destinations old is deployed, but not configured here\./);
  expect(flat(result)).toMatch(/✗ zendesk The secret for Zendesk has no valid token\./);
  expect(flat(result)).toContain('npx forwarder secret zendesk stores others.');
});

test('that is not there yet, with what to do first', async () => {
  const fresh = await startFakeAccount();
  const result = await doctor({ args: ['--stage', 'dev'], env: onlyServices(fresh, 'SSM') });
  expect(told(result).slice(2)).toEqual([
    '✓ AWS account    123456789012 in eu-central-1, as eva',
    '✗ CDK bootstrap  It has not been run for this account and region.',
    '                 → npx cdk bootstrap -c stage=dev',
    '✗ stack          SmartsuppCrmForwarder-dev in eu-central-1 is not deployed yet.',
    '                 → npx cdk deploy -c stage=dev, or name another with --stage or',
    '                   --region.',
    '✓ shop           The signing key will be generated with the stack.',
  ]);
  expect(result.code).toBe(1);
  await fresh.close();
});

test('without credentials for AWS', async () => {
  const { stdout, code } = await doctor({ env: noAwsUser });
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ AWS account {4}There are no AWS credentials/);
  expect(stdout).not.toMatch(/^. (stack|CDK)/m);
  expect(stdout).not.toMatch(/at .*\.ts/);
});
