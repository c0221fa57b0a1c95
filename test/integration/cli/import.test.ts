import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createErasure } from '../../../lambda/store/erasure.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { type FakeSmartsupp, startFakeSmartsupp } from '../../support/fake-smartsupp.ts';
import { newDirectory } from '../local/support/directory.ts';
import { eventually } from '../local/support/eventually.ts';
import { type CliStage, chatBody, setStageOn, startPatience, startTestCrm, type TestCrm } from './support/stage.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(60_000);

const token = 'a-token-of-the-fake';
let fake: FakeSmartsupp;
let crm: TestCrm;
let stage: CliStage;
beforeAll(async () => {
  [fake, crm] = await Promise.all([startFakeSmartsupp({ token }), startTestCrm()]);
  const directory = newDirectory();
  const configFile = join(directory, 'config.json');
  const api = { accountId: '208', url: fake.url, webhooks: false, reconcile: false };
  const destinations = [{ name: 'crm', adapter: 'webhook', url: `${crm.url}/crm` }];
  writeFileSync(configFile, JSON.stringify({ batchingWindowSeconds: 0, api, destinations }));
  stage = await setStageOn(directory, configFile, { FORWARDER_SECRET_API: token });
}, startPatience);
afterAll(async () => {
  await stage.end();
  await Promise.all([crm.close(), fake.close()]);
});

const run = (...args: readonly string[]) =>
  stage.forwarder([...args, '--local'], { env: { FORWARDER_SECRET_API: token } });

function writeLines(lines: readonly string[]): string {
  const file = join(newDirectory(), 'chats.jsonl');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}

const deliveriesOf = async (id: string) =>
  (await createRecords(stage.table).deliveriesOf(id)).map(({ state }) => state);

const areDelivered = (ids: readonly number[]) => async () =>
  (await Promise.all(ids.map((id) => deliveriesOf(`208:${id}`)))).every((states) => states.join() === 'delivered');

test('the chats of a file are brought once, however often it is imported, and whatever else is in it', async () => {
  await fetch(stage.stack.hookUrl, { method: 'POST', body: chatBody(1) });
  await eventually(areDelivered([1]), 20_000);
  const longer = chatBody(2, 'Hello').replace('"messages":[', '"messages":[{"type":"visitor","content":"Anybody?"},');
  const file = writeLines(['not JSON', chatBody(1), chatBody(2), '', longer, '{"accountId":208}', chatBody(3)]);

  const counted = await run('import', file, '--dry-run');
  expect(counted).toMatchObject({ code: 0, stderr: '' });
  expect(counted.stdout).toContain('line 1 refused: The body is not JSON.\nline 6 refused: ');
  expect(counted.stdout).toContain(
    `3 chats in ${file}: 2 missing here, 1 here already, 2 lines refused. Nothing was changed.`,
  );
  expect(crm.taken('/crm')).toEqual(['208:1']);

  const imported = await run('import', file);
  expect(imported.code).toBe(1);
  expect(imported.stdout).toContain(
    `2 chats on the way. Correct the refused lines in ${file}.refused, and import that.`,
  );
  expect(readFileSync(`${file}.refused`, 'utf8')).toBe('not JSON\n{"accountId":208}\n');
  expect(statSync(`${file}.refused`).mode & 0o777).toBe(0o600);
  await eventually(areDelivered([2, 3]), 20_000);
  expect(crm.taken('/crm').toSorted()).toEqual(['208:1', '208:2', '208:3']);
  const [delivery] = await createRecords(stage.table).deliveriesOf('208:2');
  expect(delivery).toMatchObject({ isHistory: true, revision: expect.stringMatching(/^00000002/) });

  const again = await run('import', file, '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ chats: 3, sent: 0, here: 3, refused: [{ line: 1 }, { line: 6 }] });
  expect(crm.taken('/crm')).toHaveLength(3);

  const rated = chatBody(1).replace('"isMissed"', '"rating":1,"isMissed"');
  const later = await run('import', writeLines([rated, chatBody(2)]), '--json');
  expect(JSON.parse(later.stdout)).toMatchObject({ sent: 1, here: 1 });

  await createErasure(stage.table, () => new Date()).end('208:3');
  const erased = await run('import', writeLines([chatBody(3)]), '--json');
  expect(JSON.parse(erased.stdout)).toMatchObject({ sent: 0 });
});

test('many chats need a confirmation, and a wrong file is told', async () => {
  const many = writeLines(Array.from({ length: 51 }, (_, at) => chatBody(100 + at)));
  expect(await run('import', many)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^Import 51 chats of .* Nobody is here to answer: add --yes\.\n$/),
  });
  expect(await run('import', '/nowhere.jsonl')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Cannot read /nowhere.jsonl'),
  });
  expect(await run('import', '/tmp')).toMatchObject({ code: 1, stderr: expect.stringContaining('/tmp is not a file') });
  expect(await run('import')).toMatchObject({ code: 2 });
});

const dayMs = 24 * 60 * 60_000;

function put(id: string, daysAgo: number): void {
  const at = new Date(Date.now() - daysAgo * dayMs).toISOString();
  fake.put({
    conversation: { id, status: 'closed', contact_id: `ct-${id}`, created_at: at, finished_at: at, updated_at: at },
    messages: [{ id: `ms-${id}`, sub_type: 'contact', content: { type: 'text', text: 'Hello' }, created_at: at }],
    contact: { id: `ct-${id}`, email: `${id}@example.com` },
  });
}

const deliveryOf = async (id: string) => (await createRecords(stage.table).deliveriesOf(`208:${id}`))[0];

const brought = () => crm.taken('/crm').filter((id) => id.startsWith('208:co'));

test('what Smartsupp still has is brought once, and what is old is history', async () => {
  put('coOld', 400);
  put('coOlder', 900);
  put('coToday', 0.5);
  const since = ['--since', '500d'];
  expect(await run('import', ...since, '--dry-run', '--json')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/"missing": 2/),
  });
  expect(brought()).toEqual([]);

  const sent = await run('import', ...since);
  expect(sent.stdout).toMatch(
    /^2 conversations since 20\d\d-\d\d-\d\d: 2 missing here, 0 here already\. 2 conversations on the way\.\n$/,
  );
  await eventually(async () => (await deliveryOf('coOld'))?.state === 'delivered', 30_000);
  await eventually(async () => (await deliveryOf('coToday'))?.state === 'delivered', 30_000);
  expect(await deliveryOf('coOld')).toMatchObject({ isHistory: true });
  expect((await deliveryOf('coToday'))?.isHistory).toBeUndefined();

  const again = await run('import', ...since, '--json');
  expect(JSON.parse(again.stdout)).toEqual({ conversations: 2, sent: 0, here: 2 });
  expect(brought().toSorted()).toEqual(['208:coOld', '208:coToday']);
});

test('a refused token, and too much or too little said, are told', async () => {
  fake.inject({ status: 401, body: { code: 'unauthorized', message: 'no' } });
  expect(await run('import', '--since', '500d')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('forwarder secret api'),
  });
  expect(await run('import')).toMatchObject({ code: 2, stderr: expect.stringContaining('Give one file, or --since') });
  expect(await run('import', 'chats.jsonl', '--since', '3d')).toMatchObject({ code: 2 });
});
