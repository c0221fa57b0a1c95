import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRecords } from '../../../lambda/store/records.ts';
import { type FakeSmartsupp, startFakeSmartsupp } from '../../../local/smartsupp/fake.ts';
import { newDirectory } from '../local/support/directory.ts';
import { eventually } from '../local/support/eventually.ts';
import { type CliStage, setStageOn, startPatience, startTestCrm, type TestCrm } from './support/stage.ts';

// Every command is a process of its own, on a machine that may be busy.
jest.setTimeout(120_000);

const token = 'a-token-of-the-fake';
const dayMs = 24 * 60 * 60_000;
let fake: FakeSmartsupp;
let crm: TestCrm;
let stage: CliStage;
beforeAll(async () => {
  [fake, crm] = await Promise.all([startFakeSmartsupp({ token }), startTestCrm()]);
  const directory = newDirectory();
  const configFile = join(directory, 'config.json');
  const api = { accountId: '208', url: fake.url, webhooks: false, reconcile: false };
  const destinations = [{ name: 'crm', adapter: 'webhook', url: `${crm.url}/crm` }];
  writeFileSync(configFile, JSON.stringify({ api, destinations }));
  stage = await setStageOn(directory, configFile, { FORWARDER_SECRET_API: token });
}, startPatience);
afterAll(async () => {
  await stage.end();
  await Promise.all([crm.close(), fake.close()]);
});

const run = (...args: readonly string[]) =>
  stage.forwarder(['import', ...args, '--local'], { env: { FORWARDER_SECRET_API: token } });

function put(id: string, daysAgo: number): void {
  const at = new Date(Date.now() - daysAgo * dayMs).toISOString();
  fake.put({
    conversation: { id, status: 'closed', contact_id: `ct-${id}`, created_at: at, finished_at: at, updated_at: at },
    messages: [{ id: `ms-${id}`, sub_type: 'contact', content: { type: 'text', text: 'Hello' }, created_at: at }],
    contact: { id: `ct-${id}`, email: `${id}@example.com` },
  });
}

const deliveryOf = async (id: string) => (await createRecords(stage.table).deliveriesOf(`208:${id}`))[0];

test('what Smartsupp still has is brought once, and what is old is history', async () => {
  put('coOld', 400);
  put('coOlder', 900);
  put('coToday', 0.5);
  const since = ['--since', '500d'];
  expect(await run(...since, '--dry-run', '--json')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/"missing": 2/),
  });
  expect(crm.taken('/crm')).toEqual([]);

  const sent = await run(...since);
  expect(sent.stdout).toMatch(
    /^2 conversations since 20\d\d-\d\d-\d\d: 2 missing here, 0 here already\. 2 conversations on the way\.\n$/,
  );
  await eventually(async () => (await deliveryOf('coOld'))?.state === 'delivered', 30_000);
  await eventually(async () => (await deliveryOf('coToday'))?.state === 'delivered', 30_000);
  expect(await deliveryOf('coOld')).toMatchObject({ isHistory: true });
  expect((await deliveryOf('coToday'))?.isHistory).toBeUndefined();

  const again = await run(...since, '--json');
  expect(JSON.parse(again.stdout)).toEqual({ conversations: 2, sent: 0, here: 2 });
  expect(crm.taken('/crm').toSorted()).toEqual(['208:coOld', '208:coToday']);
});

test('a refused token, and too much or too little said, are told', async () => {
  fake.inject({ status: 401, body: { code: 'unauthorized', message: 'no' } });
  expect(await run('--since', '500d')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('forwarder secret api'),
  });
  expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining('Give one file, or --since') });
  expect(await run('chats.jsonl', '--since', '3d')).toMatchObject({ code: 2 });
});
