import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { seenDeviations } from '../../../lambda/store/deviations.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { collect } from '../../../lambda/store/table.ts';
import { startFakeZendesk } from '../../support/fake-zendesk.ts';
import { eventually } from '../local/support/eventually.ts';
import { flat, told, writeConfig } from './support/findings.ts';
import { chatBody, useCliStage } from './support/stage.ts';

jest.setTimeout(60_000);

const here = useCliStage(['shop']);

const doctor = (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  here.stage.forwarder(['doctor', '--local', ...args], {
    env: { FORWARDER_CONFIG: join(here.stage.directory, 'config.json'), ...env },
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
  here.crm.refuse('no such property');
  const hookUrl = here.stage.stack.hookUrl;
  await fetch(hookUrl, { method: 'POST', body: chatBody(1) });
  await fetch(hookUrl, { method: 'POST', body: 'rubbish' });
  await fetch(hookUrl, { method: 'POST', body: '{"channel": {}}' });
  const { deliveries } = createRecords(here.stage.table);
  await eventually(async () => !(await deliveries('parked')[Symbol.asyncIterator]().next()).done, 30_000);
  here.crm.mend();
  const odd = { accountId: 208, channel: { id: 2 }, messages: [{ type: 'visitor', content: ['Hello'] }] };
  await fetch(hookUrl, { method: 'POST', body: JSON.stringify(odd) });
  await eventually(async () => (await collect(seenDeviations(here.stage.table))).length > 0, 30_000);
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
  const env = writeConfig(here.stage.directory, 'wrong.json', {
    destinations: [{ name: 'x', adapter: 'hubspot', fields: { a: '(' } }],
  });
  const { code, stdout } = await doctor([], env);
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ configuration {2}\/destinations\/0\/fields\/a/);
  const [line = '', mark = ''] = /^ +1 \| .*\n.*$/m.exec(stdout)?.[0].split('\n') ?? [];
  expect(line.charAt(mark.indexOf('^'))).toBe('(');
  expect(stdout).toMatch(/→ Fix it in/);
});

test('with a configuration that delivers nothing, warns', async () => {
  const { code, stdout } = await doctor([], writeConfig(here.stage.directory, 'empty.json', { destinations: [] }));
  expect(stdout).toMatch(/! configuration {2}\/destinations is empty: chats are stored, and nothing is\n +delivered\./);
  expect(code).toBe(0);
});

test('with a configuration that is no JSON, says where to mend it; with none, what writes one', async () => {
  const file = join(here.stage.directory, 'broken.json');
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
  const env = writeConfig(here.stage.directory, 'added.json', { destinations });
  const without = await doctor([], env);
  expect(flat(without)).toContain('→ Restart npm start.');
  expect(flat(without)).toMatch(/! zendesk It was not tried: .* → npx forwarder secret zendesk --local [!✓]/);
  const { stdout } = await doctor([], { ...env, FORWARDER_SECRET_ZENDESK: zendesk.secret });
  expect(stdout).toMatch(/✓ zendesk +It accepts the credentials/);
  await zendesk.close();
});
