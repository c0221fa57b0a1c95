import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRecords } from '../../../lambda/store/records.ts';
import { eventually } from '../local/support/eventually.ts';
import { script } from './support/forwarder.ts';
import { type CliStage, setCliStage, startPatience, startTestCrm, type TestCrm } from './support/stage.ts';
import { ctrlC, openTerminal } from './support/terminal.ts';

// Every command is a process of its own, on a machine that may be busy.
jest.setTimeout(120_000);

let crm: TestCrm;
let stage: CliStage;
beforeAll(async () => {
  crm = await startTestCrm();
  stage = await setCliStage(crm, ['crm']);
}, startPatience);
afterAll(async () => {
  await crm.close();
  await stage.end();
});

const run = (...args: readonly string[]) => stage.forwarder([...args, '--local']);

type Someone = { readonly name: string | null; readonly email?: string | null; readonly phone?: string };

async function chat(channel: number, { name, email = null, phone }: Someone): Promise<string> {
  const variables = phone === undefined ? [] : [{ key: 'phone', label: 'Phone', value: phone }];
  const body = JSON.stringify({
    accountId: 208,
    beginAt: Date.UTC(2026, 4, 4, 8, 15),
    channel: { id: channel, isMissed: true },
    visitor: { id: channel, name, email, variables },
    messages: [{ type: 'visitor', content: 'Hello', sentAt: Date.UTC(2026, 4, 4, 8, 15) }],
  });
  expect((await fetch(stage.stack.hookUrl, { method: 'POST', body })).status).toBe(200);
  const id = `208:${channel}`;
  await eventually(async () => {
    const deliveries = await createRecords(stage.table).deliveriesOf(id);
    return deliveries.some(({ state }) => state !== 'pending');
  });
  return id;
}

test('a visitor is listed by name, and found by name, address and number', async () => {
  const nova = await chat(1, { name: 'Eva Nováková', email: 'eva@example.com' });
  const later = await chat(2, { name: 'Eva Nováková', email: 'eva@example.com' });
  const called = await chat(3, { name: null, phone: '+420601123456' });

  const listed = await run('list');
  expect(listed.stdout).toMatch(/^VISITOR +OUTCOME +TIME +STATE +DESTINATION +ID/);
  expect(listed.stdout).toMatch(/^Eva Nováková +missed +\S+ \w+ \S+ +delivered +crm +208:2/m);
  expect(listed.stdout).toMatch(/^\+420601123456 +missed .* 208:3/m);
  const rows: readonly object[] = JSON.parse((await run('list', '--json')).stdout);
  expect(rows).toContainEqual(expect.objectContaining({ id: nova, visitor: 'Eva Nováková', outcome: 'missed' }));

  for (const who of [['novakova'], ['Eva', 'Nov'], ['EVA@example.com']]) {
    const { stdout, stderr } = await run('show', ...who);
    expect(stdout).toMatch(/^Eva Nováková {2}208:2 {2}received /);
    expect(stderr).toMatch(/^\nEarlier chats that match:\n {2}.* {2}208:1 {2}Eva Nováková, missed\n$/);
  }
  const shown = await run('show', '+420 601 123 456');
  expect(shown.stdout).toMatch(new RegExp(`^\\+420601123456 {2}${called} `));
  const page = new URL('/inspector/208%3A3', stage.stack.hookUrl).href;
  expect(shown.stdout).toContain(`\n${page}\n`);
  expect((await fetch(page)).status).toBe(200);
  expect(JSON.parse((await run('show', later, '--json')).stdout)).toMatchObject({ id: later });

  const nobody = await run('show', 'Nemo');
  expect(nobody).toMatchObject({ code: 1, stdout: '' });
  expect(nobody.stderr).toContain('There is nothing under "Nemo": no id, and no visitor');
});

test('a name that would move the cursor or forge a row stays on its line', async () => {
  await chat(4, { name: 'Eve\n208:1 parked\u001b[2J', email: 'eve@example.com' });
  const { stdout } = await run('list');
  expect(stdout).not.toContain('\u001b');
  expect(stdout).toMatch(/^Eve.*208:1 parked\\u\{1b\}.* 208:4/m);
});

test('tail tells of each chat and of what becomes of it, a line each, until Ctrl-C', async () => {
  const child = spawn(process.execPath, [script, 'tail', '--local'], {
    env: {
      ...process.env,
      FORWARDER_DATA: `${stage.directory}/data`,
      FORWARDER_CONFIG: `${stage.directory}/config.json`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  // It says on stderr that it has begun.
  await new Promise((resolve) => child.stderr.once('data', resolve));

  await chat(5, { name: 'Jan Malý', email: 'jan@example.com' });
  await eventually(() => lines.length >= 2, 20_000);
  crm.refuse('no such property');
  await chat(6, { name: 'Petr', email: 'petr@example.com' });
  await eventually(() => lines.length >= 4, 20_000);
  crm.mend();
  expect((await fetch(stage.stack.hookUrl, { method: 'POST', body: '{}' })).status).toBe(400);
  await eventually(() => lines.length >= 5, 20_000);
  child.kill('SIGINT');
  expect(await exit).toBe(0);
  expect(lines).toEqual([
    expect.stringMatching(/ {2}Jan Malý {2}came \(missed\) {2}208:5$/),
    expect.stringMatching(/ {2}Jan Malý {2}delivered at crm {2}208:5$/),
    expect.stringMatching(/ {2}Petr {2}came \(missed\) {2}208:6$/),
    expect.stringMatching(/ {2}Petr {2}parked at crm: .*no such property.* {2}208:6$/),
    expect.stringMatching(/ {2}rejected {2}invalid: .* {2}[0-9a-f]{32}$/),
  ]);
});

test('list --watch shows the list anew when a chat has come, and is for a terminal', async () => {
  const terminal = openTerminal(['list', '--watch', '--local'], {
    FORWARDER_DATA: `${stage.directory}/data`,
    FORWARDER_CONFIG: `${stage.directory}/config.json`,
  });
  await terminal.shows(/Eva Nováková/, 20_000);
  await chat(7, { name: 'Zuzana Nová', email: 'zuzana@example.com' });
  await terminal.shows(/Zuzana Nová/, 20_000);
  expect(terminal.hasWrapped()).toBe(false);
  terminal.type(ctrlC);
  expect(await terminal.exit).toBe(0);

  const piped = await run('list', '--watch');
  expect(piped).toMatchObject({
    code: 2,
    stderr: '--watch is for a terminal. For a pipe there is npx forwarder tail --local.\n',
  });
});
