import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import policies from '../../../docs/operator-policy.json' with { type: 'json' };
import { alarmDefinitions, alarmText } from '../../../infra/alarm-definitions.ts';
import { loadConfig } from '../../../infra/config/load.ts';
import { configDigest } from '../../../infra/deployed.ts';
import { seenDeviations } from '../../../lambda/store/deviations.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { collect } from '../../../lambda/store/table.ts';
import { clientEnvironment, credentialsOf, account as localAccount } from '../../../local/lib/settings.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { startFakeServer } from '../../support/fake-server.ts';
import { type FakeZendesk, startFakeZendesk } from '../../support/fake-zendesk.ts';
import { tableDefinition } from '../../support/table-definition.ts';
import { eventually } from '../local/support/eventually.ts';
import { type FakeAccount, noAwsUser, startFakeAccount } from './support/fake-account.ts';
import { startFakeCloudFormation } from './support/fake-cloudformation.ts';
import type { Result } from './support/forwarder.ts';
import { startPoliced } from './support/policed.ts';
import { type CliStage, chatBody, setCliStage, startPatience, startTestCrm, type TestCrm } from './support/stage.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

let crm: TestCrm;
let stage: CliStage;
beforeAll(async () => {
  crm = await startTestCrm();
  stage = await setCliStage(crm, ['shop']);
}, startPatience);
afterAll(async () => {
  await crm.close();
  await stage.end();
});

/** The findings as they are told, without what differs from run to run. */
const told = ({ stdout }: Result) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replaceAll(/127\.0\.0\.1:\d+|\/\S+\//g, '…'));

/** The account's servers for these services alone. */
const onlyServices = ({ env }: FakeAccount, ...services: readonly string[]): NodeJS.ProcessEnv =>
  Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, env[`AWS_ENDPOINT_URL_${service}`]]));

/** In one line, however it was broken. */
const flat = ({ stdout }: Result) => stdout.replaceAll(/\s+/g, ' ');

function writeConfig(name: string, config: unknown): NodeJS.ProcessEnv {
  const file = join(stage.directory, name);
  writeFileSync(file, JSON.stringify(config));
  return { FORWARDER_CONFIG: file };
}

describe('of the local stack', () => {
  const doctor = (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
    stage.forwarder(['doctor', '--local', ...args], {
      env: { FORWARDER_CONFIG: join(stage.directory, 'config.json'), ...env },
    });

  test('finds all well', async () => {
    const result = await doctor();
    expect(told(result)).toEqual([
      expect.stringMatching(/^✓ Node\.js {8}24\./),
      '✓ configuration  Chats go to shop.',
      '✓ stack          It runs.',
      '✓ shop           It was not asked; the signing key is valid. To try it, npx',
      '                 forwarder send --local.',
      '✓ hook           It answers at http://….',
      '✓ queue          0 ready, 0 in flight or delayed',
      '✓ dead letters   none',
      '✓ last chat      none has come yet',
      '✓ parked         none',
      '✓ held           none',
      '✓ warned         none in 7 days',
      '✓ rejected       none in 7 days',
    ]);
    expect(result.code).toBe(0);
    expect(JSON.parse((await doctor(['--json'])).stdout)).toMatchObject({ deployment: 'the local stack', ok: true });
  });

  test('names what is to be looked at, which is no failure', async () => {
    crm.refuse('no such property');
    const hookUrl = stage.stack.hookUrl;
    await fetch(hookUrl, { method: 'POST', body: chatBody(1) });
    await fetch(hookUrl, { method: 'POST', body: 'rubbish' });
    await fetch(hookUrl, { method: 'POST', body: '{"channel": {}}' });
    const { deliveries } = createRecords(stage.table);
    await eventually(async () => !(await deliveries('parked')[Symbol.asyncIterator]().next()).done, 30_000);
    crm.mend();
    const odd = { accountId: 208, channel: { id: 2 }, messages: [{ type: 'visitor', content: ['Hello'] }] };
    await fetch(hookUrl, { method: 'POST', body: JSON.stringify(odd) });
    await eventually(async () => (await collect(seenDeviations(stage.table))).length > 0, 30_000);
    const result = await doctor();
    expect(flat(result)).toMatch(
      / \/messages\/\*\/content was not as documented \(type\) in 1 chat, .* They were accepted\./,
    );
    expect(told(result)).toEqual(
      expect.arrayContaining([
        '! parked         1 was given up.',
        '                 → npx forwarder list --state parked --local shows why; replay',
        '                   sends them again, dismiss marks them as seen.',
        '! rejected       1 was refused in 7 days.',
      ]),
    );
    expect(flat(result)).toMatch(
      / 1 was refused in 7 days\. → .* replay sends them again, once a release accepts them\./,
    );
    expect(flat(result)).toMatch(
      / 1 was refused in 7 days and cannot be chats: not even JSON\. → .* replay does not help/,
    );
    expect(result.code).toBe(0);
  });

  test('that does not run, says so and goes on', async () => {
    const result = await doctor([], { FORWARDER_DATA: '/nowhere' });
    expect(result.code).toBe(1);
    expect(told(result)).toEqual([
      expect.stringMatching(/^✓ Node/),
      '✓ configuration  Chats go to shop.',
      '✗ stack          The local stack is not running on /nowhere.',
      '                 → Run npm start, or name its directory in FORWARDER_DATA.',
      '✓ shop           The signing key will be generated with the stack.',
    ]);
  });

  test('with a configuration that is wrong', async () => {
    const env = writeConfig('wrong.json', { destinations: [{ name: 'x', adapter: 'hubspot', fields: { a: '(' } }] });
    const { code, stdout } = await doctor([], env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ configuration {2}\/destinations\/0\/fields\/a/);
    const [line = '', mark = ''] = /^ +1 \| .*\n.*$/m.exec(stdout)?.[0].split('\n') ?? [];
    expect(line.charAt(mark.indexOf('^'))).toBe('(');
    expect(stdout).toMatch(/→ Fix it in/);
  });

  test('with a configuration that delivers nothing, warns', async () => {
    const { code, stdout } = await doctor([], writeConfig('empty.json', { destinations: [] }));
    expect(stdout).toMatch(
      /! configuration {2}\/destinations is empty: chats are stored, and nothing is\n +delivered\./,
    );
    expect(code).toBe(0);
  });

  test('with a configuration that is no JSON, says where to mend it; with none, what writes one', async () => {
    const file = join(stage.directory, 'broken.json');
    const missing = await doctor([], { FORWARDER_CONFIG: file });
    expect(flat(missing)).toContain('→ npx forwarder init writes one.');
    writeFileSync(file, '{\n  destinations: []\n}');
    const broken = await doctor([], { FORWARDER_CONFIG: file });
    expect(flat(broken)).toMatch(
      /✗ configuration It is not JSON: destinations is not a value\. .* → Fix it in \S+broken\.json:2:3/,
    );
    expect(flat(broken)).not.toContain('init');
  });

  test('tries the secret that the environment has, and says that the running stack has another', async () => {
    const wrong = await doctor([], { FORWARDER_SECRET_SHOP: 'rubbish' });
    expect(flat(wrong)).toMatch(/✗ shop /);
    expect(flat(wrong)).toMatch(/! shop The running stack has other credentials .* → Restart npm start\./);
    expect(wrong.stdout).not.toContain('rubbish');
    const right = await doctor([], { FORWARDER_SECRET_SHOP: `whsec_${Buffer.alloc(24, 'k').toString('base64')}` });
    expect(flat(right)).toMatch(/✓ shop .* ! shop The running stack has other credentials/);
  });

  test('that has not taken up a destination yet, tries it with what is in .env', async () => {
    const zendesk = await startFakeZendesk();
    const destinations = [{ name: 'zendesk', adapter: 'zendesk', baseUrl: zendesk.url }];
    const env = writeConfig('added.json', { destinations });
    const without = await doctor([], env);
    expect(flat(without)).toContain('→ Restart npm start.');
    expect(flat(without)).toMatch(/! zendesk It was not tried: .* → npx forwarder secret zendesk --local [!✓]/);
    const { stdout } = await doctor([], { ...env, FORWARDER_SECRET_ZENDESK: zendesk.secret });
    expect(stdout).toMatch(/✓ zendesk +It accepts the credentials/);
    await zendesk.close();
  });
});

describe('of a deployment', () => {
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
    const { outputs, endpoints } = stage.stackInfo;
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
      ...writeConfig('public.json', public_),
      ...options.env,
    };
    const result = await stage.forwarder(args, { env });
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
      credentials: credentialsOf(stage.stackInfo.endpoints.accessKey),
      endpoint: stage.stackInfo.endpoints.dynamodb,
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
    expect(text).toMatch(/! concurrency The account runs only 10 functions at once, so 4 hooks: .* → Ask AWS for more/);
    expect(text).toMatch(/✗ event source It is switched off: .* → aws lambda update-event-source-mapping --enabled /);
    expect(text).toMatch(
      /! tables No stack uses the table SmartsuppCrmForwarder-prod-ConversationsTable-OLD: .* → docs\/deploy/,
    );
    expect(result.code).toBe(1);
    await dynamodb.send(new DeleteTableCommand({ TableName }));
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
    const actions = policies.readOnly.Statement.flatMap(({ Action }) => Action);
    const { dynamodb, sqs, secretsManager } = stage.stackInfo.endpoints;
    const [table, queue, secrets] = await Promise.all([
      startPoliced('dynamodb', dynamodb, actions),
      startPoliced('sqs', sqs, actions),
      startPoliced('secretsmanager', secretsManager, actions),
    ]);
    const { DestinationSecrets } = stage.stackInfo.outputs;
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
    expect(flat(rolledBack)).toMatch(
      /! stack The last .* failed \(UPDATE_ROLLBACK_COMPLETE\); the one before it runs\./,
    );
    expect(rolledBack.code).toBe(0);
    expect((await doctor({ status: 'ROLLBACK_COMPLETE' })).code).toBe(1);
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
    const file = writeConfig('deployed.json', public_)['FORWARDER_CONFIG'];
    const ConfigDigest = configDigest(loadConfig(String(file)));
    const DestinationSecrets = '{"shop":"arn:zendesk"}';
    const outputs = { ConfigDigest, DestinationSecrets };
    expect(flat(await doctor({ outputs }))).not.toContain('since it was deployed last');
    const changed = await doctor({ outputs, env: writeConfig('changed.json', { ...public_, language: 'cs' }) });
    expect(flat(changed)).toMatch(/! configuration It has changed since the last deployment\. → npx cdk deploy /);
  });

  test('whose CRM refuses the credentials, and whose configuration is another', async () => {
    const outputs = { DestinationSecrets: '{"zendesk":"arn:zendesk","old":"arn:old"}' };
    const destinations = [{ name: 'zendesk', adapter: 'zendesk', baseUrl: zendesk.url }, ...public_.destinations];
    const result = await doctor({
      outputs,
      env: { ...writeConfig('other.json', { destinations }), ...account.env },
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
});
