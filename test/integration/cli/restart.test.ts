import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRecords } from '../../../lambda/store/records.ts';
import { account, clientEnvironment, credentialsOf } from '../../../local/lib/settings.ts';
import { allItems } from '../../support/items.ts';
import { probedTable } from '../../support/probed-table.ts';
import { tableDefinition } from '../../support/table-definition.ts';
import { eventually } from '../local/support/eventually.ts';
import { startFakeCloudFormation } from './support/fake-cloudformation.ts';
import { createForwarder } from './support/forwarder.ts';
import {
  type CliStage,
  chatBody,
  setCliStage,
  setStageOn,
  startPatience,
  startTestCrm,
  type TestCrm,
} from './support/stage.ts';

jest.setTimeout(60_000);

const delivered = ['208:1', '208:2', '208:3'];
const parked = '208:4';
/** Comes once the stack has its new destinations. */
const latest = '208:5';

let crm: TestCrm;
let stage: CliStage;
/**
 * A stack that has delivered chats to two destinations, and has parked one. The first test starts it again: without one of
 * them, with two more, and with a new key. The others look at it then.
 */
beforeAll(async () => {
  crm = await startTestCrm();
  stage = await setCliStage(crm, ['crm', 'old']);
  for (const id of delivered) await post(id);
  for (const id of delivered) await eventually(isIn(id, 'crm delivered', 'old delivered'), 20_000);
  crm.refuse('no such property');
  await post(parked);
  await eventually(isIn(parked, 'crm parked', 'old parked'), 20_000);
  crm.mend();
}, startPatience);
afterAll(async () => {
  await crm.close();
  await stage.end();
});

const run = (...args: readonly string[]) => stage.forwarder([...args, '--local']);

const keyNow = () => new URL(stage.stack.hookUrl).pathname;

const post = async (id: string, path = keyNow()) => {
  const body = chatBody(Number(id.split(':')[1]));
  return (await fetch(new URL(path, stage.stack.hookUrl), { method: 'POST', body })).status;
};

/** Whether its deliveries are in these states. The table has them a moment after the CRM has the chat. */
const isIn =
  (id: string, ...states: readonly string[]) =>
  async () => {
    const deliveries = await createRecords(stage.table).deliveriesOf(id);
    const found = deliveries.map(({ destination, state }) => `${destination} ${state}`).toSorted();
    return found.join() === states.join();
  };

test(
  'the local stack takes keys up with its next start',
  async () => {
    const { directory } = stage;
    const first = keyNow();
    const rotated = await run('rotate-key', '--yes');
    expect([rotated.code, rotated.stderr]).toEqual([0, expect.stringMatching(/valid after a restart of\s+npm start/)]);
    expect(rotated.stdout).not.toMatch(/Smartsupp|deploy/);
    const refused = await run('send');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('doctor --local says what to do')]);
    const tooEarly = await run('url');
    expect(tooEarly.stderr).toContain('not valid yet: restart npm start');
    expect(tooEarly.stdout).not.toContain('Subject:');

    await stage.end();
    stage = await setCliStage(crm, ['crm', 'new', 'later'], directory);
    const second = keyNow();
    expect(second).not.toBe(first);
    expect([await post(latest, first), await post(latest, second)]).toEqual([200, 200]);
    const isDelivered = isIn(latest, 'crm delivered', 'later delivered', 'new delivered');
    // A stack that ended in the middle would deliver it only after minutes.
    await eventually(isDelivered, 20_000);
    expect((await run('url', '--json')).stdout).toContain(second);

    expect((await run('rotate-key', '--retire-old', '--yes')).code).toBe(0);
    await stage.end();
    stage = await setStageOn(directory, join(directory, 'config.json'));
    expect(keyNow()).toBe(second);
    expect([await post(latest, first), await post(latest, second)]).toEqual([404, 200]);

    const set = await stage.forwarder(['rotate-key', '--local', '--yes'], { env: { FORWARDER_HOOK_KEY: 'mine' } });
    expect([set.code, set.stderr]).toEqual([1, expect.stringContaining('FORWARDER_HOOK_KEY')]);
    await eventually(isDelivered, 20_000);
  },
  startPatience * 2,
);

test('what is parked at a destination that is gone is named, with what to do about it', async () => {
  const env = { FORWARDER_CONFIG: `${stage.directory}/config.json` };
  const { stdout, code } = await stage.forwarder(['doctor', '--local'], { env });
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /! parked 1 was given up\. → .*! parked 1 was on the way to old, which is not deployed any more\. → Put it back, .* npx forwarder replay --destination old --local/,
  );
  expect(code).toBe(0);
});

test('is left alone by a replay, which sends the chat to those that are there', async () => {
  const { stdout } = await run('replay', parked, '--json');
  expect(JSON.parse(stdout)).toEqual({
    sent: [{ id: parked, destinations: ['crm'] }],
    left: [{ id: parked, destination: 'old', why: 'belongs to a destination that no longer exists' }],
  });
  await eventually(isIn(parked, 'crm delivered', 'old parked'), 20_000);
  expect(crm.taken('/crm').filter((id) => id === parked)).toEqual([parked]);
  expect(crm.taken('/old')).not.toContain(parked);
});

test('a new destination gets every stored chat once; those that had them none again, and those that had not none', async () => {
  const stored = [...delivered, parked, latest];
  const counted = await run('backfill', '--destination', 'new', '--dry-run');
  expect(counted).toMatchObject({ code: 0, stdout: '4 chats missing at new. Nothing was changed.\n' });
  expect(crm.taken('/new')).toEqual([latest]);

  const sent = await run('backfill', '--destination', 'new', '--json');
  expect(JSON.parse(sent.stdout).sent.toSorted()).toEqual([...delivered, parked]);
  await eventually(() => crm.taken('/new').length === stored.length, 20_000);
  expect(crm.taken('/new').toSorted()).toEqual(stored);
  expect(crm.taken('/crm').toSorted()).toEqual(stored);

  for (const id of delivered) await eventually(isIn(id, 'crm delivered', 'new delivered', 'old delivered'), 20_000);
  await eventually(isIn(parked, 'crm delivered', 'new delivered', 'old parked'), 20_000);
  // Nobody waits for an answer any more.
  const brought = (await createRecords(stage.table).deliveriesOf(parked)).find(
    ({ destination }) => destination === 'new',
  );
  expect(brought).toMatchObject({ isHistory: true });
  expect(crm.taken('/later')).toEqual([latest]);
  const again = await run('backfill', '--destination', 'new');
  expect(again).toMatchObject({ code: 0, stdout: '0 chats missing at new. Nothing was changed.\n' });
});

test('a deployment on AWS is found by its stack, and worked on by the same commands', async () => {
  const { outputs, endpoints } = stage.stackInfo;
  const cloudFormation = await startFakeCloudFormation('SmartsuppCrmForwarder-prod', outputs);
  const env = {
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    ...clientEnvironment(endpoints),
  };
  const onAws = (...args: readonly string[]) => stage.forwarder([...args, '--region', 'us-east-1'], { env });
  try {
    const status = await onAws('status', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({
      deployment: 'SmartsuppCrmForwarder-prod in us-east-1',
      today: { received: delivered.length + 2 },
    });
    // The key comes from its secret, and the hook takes it.
    const sent = await onAws('send', '--sample', 'missed');
    expect(sent).toMatchObject({ code: 0, stderr: '' });
    expect(sent.stdout).toMatch(/^missed {2}200 {2}accepted\. npx forwarder show \S+ --region us-east-1\n$/);

    const other = await onAws('status', '--stage', 'dev');
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(other.stderr).toMatch(/^There is no SmartsuppCrmForwarder-dev in us-east-1\. Deploy it/);
  } finally {
    await cloudFormation.close();
  }
});

test('the command tells a table that no stack uses yet, and how it is taken over', async () => {
  const { stackInfo, forwarder } = stage;
  const { outputs, endpoints } = stackInfo;
  const credentials = credentialsOf(endpoints.accessKey);
  const client = new DynamoDBClient({ region: account.region, credentials, endpoint: endpoints.dynamodb });
  const TableName = 'SmartsuppCrmForwarder-prod-restored';
  await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...tableDefinition }));
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 20 }, { TableName });
  const tell = (table: string, ...args: readonly string[]) =>
    forwarder(['restored', '--local', '--table', table, ...args, '--yes']);

  const told = await tell(TableName, '--since', '2026-05-01T09:30Z');
  expect(told.stderr).toBe('');
  expect(told.stdout).toMatch(/^0 deliveries left in doubt[\s\S]*npx cdk deploy -c table=SmartsuppCrmForwarder-prod-/);
  const table = probedTable(endpoints.dynamodb, TableName, credentials);
  expect(await allItems(table)).toMatchObject([{ pk: 'RESTORED', restoredTo: '2026-05-01T09:30:00.000Z' }]);

  const own = await tell(outputs.TableName, '--since', '2026-05-01T09:30Z');
  expect([own.code, own.stderr]).toEqual([1, expect.stringMatching(/uses the table .* already/)]);
  const future = await tell(TableName, '--since', '2999-01-01');
  expect([future.code, future.stderr]).toEqual([2, expect.stringMatching(/a time that has passed/)]);
  const unknown = await tell('nowhere', '--since', '2026-05-01T09:30Z');
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringMatching(/nowhere/)]);
  client.destroy();
});

test('where no stack runs, that is said', async () => {
  const nowhere = createForwarder('/nowhere');
  expect(await nowhere(['status', '--local'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'The local stack is not running on /nowhere. Run npm start, or name its directory in FORWARDER_DATA.\n',
  });
});
