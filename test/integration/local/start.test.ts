import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';
import { type FoundProcess, type LocalStack, processesOf, runStart, startLocalStack } from './support/stack.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

/** Starting takes seconds: the template is synthesized, and both functions are bundled. */
const patience = 200_000;

const directory = newDirectory();
let stack: LocalStack;

beforeAll(async () => {
  // As an earlier start may have left it.
  mkdirSync(join(directory, 'logs'));
  writeFileSync(join(directory, 'logs', 'receive.log'), '', { mode: 0o644 });
  for (const path of [directory, join(directory, 'logs')]) chmodSync(path, 0o755);
  stack = await startLocalStack(directory);
}, patience);

afterAll(async () => {
  stack.child.kill('SIGKILL');
  await eventually(() => processesOf(directory).length === 0);
});

const chat = (id: number) =>
  JSON.stringify({ accountId: 208, channel: { id, isMissed: true }, visitor: { email: 'a@example.com' } });
const post = (body: string, url = stack.hookUrl) => fetch(url, { method: 'POST', body });
const health = async () => (await fetch(new URL('/healthz', stack.pageUrl))).status;

describe('npm start', () => {
  test('prints what it does with the seconds, and where the hook and the page are, and both answer', async () => {
    expect(stack.output()).toMatch(
      /^✓ Synthesized the template \(\d+\.\d s\)\n✓ Started the functions \(\d+\.\d s\)\n\nHook URL: \S+\nPage: \S+\n$/,
    );
    expect(stack.hookUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/smartsupp\/[A-Za-z0-9]{43}$/);
    expect(await health()).toBe(200);
    expect((await fetch(stack.pageUrl)).status).toBe(200);
  });

  test('brings a chat from the hook to the demo CRM, and says so in a line', async () => {
    const response = await post(chat(1));
    expect([response.status, await response.json()]).toEqual([200, { status: 'accepted', conversationId: '208:1' }]);
    await eventually(() =>
      /^\d\d:\d\d:\d\d {2}208:1 {2}delivered to demo \(attempt 1, \d+ ms\)$/m.test(stack.output()),
    );
    const page = await fetch(stack.pageUrl);
    expect(await page.text()).toContain('a@example.com');
  });

  test('says what it refused, without a word of it', async () => {
    expect((await post('{"nonsense": "of a visitor"}')).status).toBe(400);
    expect((await post(chat(1), new URL('/smartsupp/wrong', stack.pageUrl).href)).status).toBe(404);
    await eventually(() => /refused a body: .*kept as \w+/.test(stack.output()));
    expect(stack.output()).not.toContain('nonsense');
  });

  test("keeps the functions' own logs", () => {
    expect(readFileSync(join(directory, 'logs', 'receive.log'), 'utf8')).toContain('"message":"accepted"');
  });

  test('keeps everything for its owner alone, also what lay open before', () => {
    const open = [
      directory,
      ...readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => join(directory, name)),
    ]
      .map((path) => [path, statSync(path, { throwIfNoEntry: false })] as const)
      .filter(([, stats]) => stats !== undefined && (stats.mode & 0o077) !== 0)
      .map(([path]) => path);
    expect(open).toEqual([]);
  });

  test('starts a function again that is killed', async () => {
    const functions = processesOf(directory).filter(({ commandLine }) => commandLine.includes('bootstrap.ts'));
    expect(functions.length).toBeGreaterThanOrEqual(2);
    for (const { pid } of functions) process.kill(pid, 'SIGKILL');
    const isGone = ({ pid }: FoundProcess) => processesOf(directory).every((each) => each.pid !== pid);
    await eventually(async () => functions.every(isGone) && (await health()) === 200);
    // As on AWS, what was being handled while it was killed is answered 500.
    await eventually(async () => (await post(chat(2))).status === 200);
    await eventually(() => stack.output().includes('208:2  delivered to demo'));
  });
});

describe('a second stack', () => {
  test('on a port that is taken, says so in a line and leaves nothing behind', async () => {
    const other = newDirectory();
    const { port } = new URL(stack.pageUrl);
    const { exit, output } = runStart({ PORT: port, FORWARDER_DATA: other });
    expect((await exit).code).toBe(1);
    expect(output()).toBe(
      `Port ${port} is taken. Stop what listens there, or choose another, such as PORT=${Number(port) + 1}.\n`,
    );
    expect(processesOf(other)).toEqual([]);
  });

  test('on a state directory that is taken, says so in a line', async () => {
    const { exit, output } = runStart({ FORWARDER_DATA: directory });
    expect((await exit).code).toBe(1);
    expect(output()).toMatch(/^Another stack runs on .* \(process \d+\)\. Stop it.*FORWARDER_DATA\.\n$/);
  });
});

test(
  'a configuration that is wrong is told, once, by its own name',
  async () => {
    const file = join(newDirectory(), 'mine.json');
    writeFileSync(
      file,
      '{"destinations": [{"name": "x", "adapter": "webhook", "url": "http://example.com"}], "colour": 1}',
    );
    const { exit, output } = runStart({ FORWARDER_DATA: newDirectory(), FORWARDER_CONFIG: file });
    expect((await exit).code).toBe(1);
    expect(output()).toMatch(
      new RegExp(`^${file} has mistakes:\n( {2}/.*\n {4}--> ${file}:1:\\d+\n {4}1 \\| .*\n {6}\\| .*\n)+$`),
    );
  },
  patience,
);

describe('what is killed', () => {
  test(
    'takes all of its processes along',
    async () => {
      const { hookUrl } = stack;
      stack.child.kill('SIGKILL');
      await eventually(() => processesOf(directory).length === 0, 3000);
      // And loses nothing: the key and the chats are there again.
      stack = await startLocalStack(directory);
      expect(new URL(stack.hookUrl).pathname).toBe(new URL(hookUrl).pathname);
      expect(await (await fetch(stack.pageUrl)).text()).toContain('a@example.com');
    },
    patience,
  );

  test.each(['SIGINT'] as const)(
    'by %s, ends within two seconds with nothing left, whatever it is doing',
    async (signal) => {
      const load = Array.from({ length: 50 }, (_, index) => post(chat(100 + index)).catch(() => undefined));
      await sleep(50);
      const begin = Date.now();
      // As a terminal does: every process of the group has it.
      stack.child.kill(signal);
      for (const { pid } of processesOf(directory)) if (pid !== stack.child.pid) process.kill(pid, signal);
      expect(await stack.exit).toEqual({ code: 0, signal: null });
      expect(stack.output()).toMatch(new RegExp(`\nStopped. Your chats are kept in ${basename(directory)}\\.\n$`));
      expect(Date.now() - begin).toBeLessThan(2000);
      expect(processesOf(directory)).toEqual([]);
      await Promise.all(load);
    },
  );
});

test(
  'a configuration that delivers nothing, written with a byte order mark, is taken, with a warning',
  async () => {
    const data = newDirectory();
    const file = join(data, 'empty.json');
    writeFileSync(file, '\ufeff{ "destinations": [] }');
    const { child, exit, output } = await startLocalStack(data, { FORWARDER_CONFIG: file });
    expect(output()).toContain(
      'Warning: /destinations is empty: chats are stored, and nothing is delivered. Run npx forwarder init.\n',
    );
    child.kill('SIGTERM');
    await exit;
  },
  patience,
);
