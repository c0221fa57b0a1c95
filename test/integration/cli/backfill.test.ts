import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRecords } from '../../../lambda/store/records.ts';
import { clientEnvironment } from '../../../local/lib/settings.ts';
import { eventually } from '../local/support/eventually.ts';
import { startFakeCloudFormation } from './support/fake-cloudformation.ts';
import { createForwarder } from './support/forwarder.ts';
import { type CliStage, chatBody, setCliStage, startPatience, startTestCrm, type TestCrm } from './support/stage.ts';

// Every command is a process of its own, on a machine that may be busy.
jest.setTimeout(120_000);

const chats = 5;
let crm: TestCrm;
let stage: CliStage;
/** A stack that has had one CRM, and is started again with two more. */
beforeAll(async () => {
  crm = await startTestCrm();
  const former = await setCliStage(crm, ['crm']);
  for (let id = 1; id <= chats; id += 1) await fetch(former.stack.hookUrl, { method: 'POST', body: chatBody(id) });
  for (let id = 1; id <= chats; id += 1) {
    await eventually(async () => (await statesOf(former, `208:${id}`)).join() === 'crm delivered', 20_000);
  }
  await former.end();
  stage = await setCliStage(crm, ['crm', 'new', 'later'], former.directory);
}, 2 * startPatience);
afterAll(async () => {
  await crm.close();
  await stage.end();
});

/** What the CRM has taken is written down a moment later. */
async function statesOf({ table }: Pick<CliStage, 'table'>, id: string): Promise<readonly string[]> {
  const deliveries = await createRecords(table).deliveriesOf(id);
  return deliveries.map(({ destination, state }) => `${destination} ${state}`).toSorted();
}

const run = (...args: readonly string[]) => stage.forwarder([...args, '--local']);

test('a new destination gets every stored chat once; those that had them none again, and those that had not none', async () => {
  const counted = await run('backfill', '--destination', 'new', '--dry-run');
  expect(counted).toMatchObject({ code: 0, stdout: '5 chats missing at new. Nothing was changed.\n' });
  expect(crm.taken('/new')).toEqual([]);

  const sent = await run('backfill', '--destination', 'new', '--json');
  expect(JSON.parse(sent.stdout).sent).toHaveLength(chats);
  await eventually(() => crm.taken('/new').length === chats, 20_000);
  expect(new Set(crm.taken('/new')).size).toBe(chats);
  expect(crm.taken('/crm')).toHaveLength(chats);

  for (let id = 1; id <= chats; id += 1) {
    const isDone = async () => (await statesOf(stage, `208:${id}`)).join() === 'crm delivered,new delivered';
    await eventually(isDone, 20_000);
  }
  expect(crm.taken('/later')).toEqual([]);
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
      today: { received: chats },
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

test('where no stack runs, that is said', async () => {
  const nowhere = createForwarder('/nowhere');
  expect(await nowhere(['status', '--local'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'The local stack is not running on /nowhere. Run npm start, or name its directory in FORWARDER_DATA.\n',
  });
});
