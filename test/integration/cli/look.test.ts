import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, jest, test } from '@jest/globals';
import { createRecords } from '../../../lambda/store/records.ts';
import { eventually } from '../local/support/eventually.ts';
import { script } from './support/forwarder.ts';
import { useCliStage } from './support/stage.ts';
import { ctrlC, openTerminal } from './support/terminal.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(60_000);

const here = useCliStage(['crm']);

const { run } = here;

const json = async (...args: readonly string[]) => JSON.parse((await run(...args, '--json')).stdout);

const hasLeft = (id: string) =>
  eventually(async () => {
    const deliveries = await createRecords(here.stage.table).deliveriesOf(id);
    return deliveries.some(({ state }) => state !== 'pending');
  });

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
  expect((await fetch(here.stage.stack.hookUrl, { method: 'POST', body })).status).toBe(200);
  const id = `208:${channel}`;
  await hasLeft(id);
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
  const page = new URL('/inspector/208%3A3', here.stage.stack.hookUrl).href;
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

test('samples are sent as new chats, and found by their visitor', async () => {
  const sent = await json('send', '--sample', 'answered');
  expect(sent).toMatchObject([{ name: 'answered', status: 200, answer: { status: 'accepted' } }]);
  const { conversationId } = sent[0].answer;
  await hasLeft(conversationId);
  const { email } = (await json('show', conversationId)).conversation.visitor;
  const found: readonly { readonly id: string }[] = await json('list', '--email', ` ${email.toUpperCase()} `);
  expect(found.map(({ id }) => id)).toEqual([conversationId]);
});

test('every sample that is named is sent', async () => {
  type Sent = { readonly name: string; readonly answer: { readonly conversationId: string } };
  const sent: readonly Sent[] = await json('send', '--sample', 'answered', '--sample', 'missed');
  expect(sent.map(({ name }) => name).toSorted()).toEqual(['answered', 'missed']);
  for (const { answer } of sent) await hasLeft(answer.conversationId);
});

test('nothing that a visitor typed acts on the terminal', async () => {
  const { conversationId } = (await json('send', '--sample', 'hostile'))[0].answer;
  await hasLeft(conversationId);
  for (const args of [['show', conversationId], ['list'], ['status']]) {
    // Colours too are for a terminal alone, which this is not.
    expect((await run(...args)).stdout).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
  }
});

describe('who asks for what there is not is told what to do', () => {
  test.each([
    [['show', '208:404'], 1, 'forwarder list --local'],
    [['replay', '208:404'], 1, 'There is no delivery of "208:404"'],
    [['show', 'ffff'], 1, 'nothing under "ffff": no id, and no visitor'],
    [['list', '--email', 'nobody'], 2, 'is not an e-mail address'],
    [['replay'], 2, '--all'],
    [['dismiss', '208:404', '--reason', 'x'], 1, 'There is no delivery of "208:404"'],
    [['dismiss', '208:1'], 2, 'Give --reason'],
    [['dismiss', '208:1', '--undo', '--reason', 'x'], 2, '--undo takes no --reason'],
    [['backfill', '--destination', 'crn'], 2, 'it has: crm'],
    [['list', '--state', 'lost'], 2, 'Give one or more of'],
    [['send', 'no-such-file.json'], 1, 'Cannot read no-such-file.json'],
  ])('%p', async (args, code, words) => {
    const result = await run(...args);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toContain(words);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });
});

test('tail tells of each chat and of what becomes of it, a line each, until Ctrl-C', async () => {
  const child = spawn(process.execPath, [script, 'tail', '--local'], {
    env: {
      ...process.env,
      FORWARDER_DATA: `${here.stage.directory}/data`,
      FORWARDER_CONFIG: `${here.stage.directory}/config.json`,
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
  here.crm.refuse('no such property');
  await chat(6, { name: 'Petr', email: 'petr@example.com' });
  await eventually(() => lines.length >= 4, 20_000);
  here.crm.mend();
  expect((await fetch(here.stage.stack.hookUrl, { method: 'POST', body: '{}' })).status).toBe(400);
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
    FORWARDER_DATA: `${here.stage.directory}/data`,
    FORWARDER_CONFIG: `${here.stage.directory}/config.json`,
  });
  // A name is cut beside a long id.
  await terminal.shows(/^Eva N/, 20_000);
  await chat(7, { name: 'Zuzana Nová', email: 'zuzana@example.com' });
  await terminal.shows(/^Zuzana/, 20_000);
  expect(terminal.hasWrapped()).toBe(false);
  terminal.type(ctrlC);
  expect(await terminal.exit).toBe(0);

  const piped = await run('list', '--watch');
  expect(piped).toMatchObject({
    code: 2,
    stderr: '--watch is for a terminal. For a pipe there is npx forwarder tail --local.\n',
  });
});
