import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FakeServer, startFakeServer } from '../../support/fake-server.ts';
import { leaksIn, leaksInLogs } from '../../support/leaks.ts';
import { newDirectory } from '../local/support/directory.ts';
import { eventually } from '../local/support/eventually.ts';
import { type LocalStack, processesOf, startLocalStack } from '../local/support/stack.ts';
import { allMarks, mark, markedChat, markedDeviations, markedRubbish } from './chats.ts';

/** The stack starts in seconds, and starts again what is killed. */
const patience = 120_000;

const directory = newDirectory();
const hookKey = randomBytes(30).toString('hex').slice(0, 43);
const signingKey = randomBytes(24).toString('base64');
const token = mark('token');
let crms: readonly FakeServer[] = [];
let stack: LocalStack;

beforeAll(async () => {
  const repeat = (status: number, contentType: string) =>
    startFakeServer(({ text, path, headers }) => ({
      status,
      headers: { 'content-type': contentType },
      // Vendors do: with what they were sent, and in words of their own around it.
      body: JSON.stringify({ message: `Not valid: ${text} ${path} ${headers.authorization}`, errors: [text] }),
    }));
  const [refuses, isDown, writesPages] = await Promise.all([
    repeat(400, 'application/json'),
    repeat(500, 'application/json'),
    repeat(400, 'text/html'),
  ]);
  crms = [refuses, isDown, writesPages];
  const configFile = join(directory, 'mine.json');
  const destinations = [
    { name: 'refuses', adapter: 'webhook', url: `${refuses.url}/hooks` },
    { name: 'is-down', adapter: 'webhook', url: `${isDown.url}/hooks` },
    { name: 'writes-pages', adapter: 'webhook', url: `${writesPages.url}/hooks` },
    { name: 'hubspot', adapter: 'hubspot', baseUrl: refuses.url },
  ];
  writeFileSync(configFile, JSON.stringify({ destinations }));
  stack = await startLocalStack(join(directory, 'data'), {
    FORWARDER_CONFIG: configFile,
    FORWARDER_HOOK_KEY: hookKey,
    FORWARDER_SECRET_REFUSES: signingKey,
    FORWARDER_SECRET_IS_DOWN: signingKey,
    FORWARDER_SECRET_WRITES_PAGES: signingKey,
    FORWARDER_SECRET_HUBSPOT: token,
  });
}, patience);

afterAll(async () => {
  stack.child.kill('SIGKILL');
  await eventually(() => processesOf(directory).length === 0);
  await Promise.all(crms.map((crm) => crm.close()));
});

const post = async (
  body: string | Uint8Array<ArrayBuffer>,
  url = stack.hookUrl,
  headers: Record<string, string> = {},
) => (await fetch(url, { method: 'POST', body, headers })).status;

test(
  'nothing that a visitor typed, no address, and no secret is in any log of the whole stack',
  async () => {
    expect(await post(markedChat(1))).toBe(200);
    expect(await post(markedChat(2), `${stack.hookUrl}?${mark('parameter')}=1`, { 'x-more': mark('header') })).toBe(
      200,
    );
    expect(await post(markedChat(3, { visitor: { name: mark('nobody') } }))).toBe(200);
    for (const rubbish of markedRubbish()) expect(await post(Buffer.from(rubbish))).toBe(400);
    for (const odd of markedDeviations()) expect(await post(odd)).toBe(200);
    expect(await post(markedChat(4), stack.hookUrl.replace(hookKey, mark('guessedkey')))).toBe(404);
    expect(await post(`${mark('toolarge')}${' '.repeat(11_000_000)}`).catch(() => 413)).toBe(413);

    for (const id of [1, 2]) {
      for (const said of [
        'parked for refuses',
        'parked for writes-pages',
        'parked for hubspot',
        'not delivered to is-down',
      ]) {
        await eventually(() => stack.output().includes(`208:${id}  ${said}`), 30_000);
      }
    }
    await eventually(() => stack.output().includes('208:3  held for hubspot'), 30_000);
    for (const id of [90, 91, 92]) {
      await eventually(() => stack.output().includes(`208:${id}  parked for refuses`), 30_000);
    }

    // And what a function that dies leaves behind.
    const load = Array.from({ length: 20 }, (_, index) => post(markedChat(100 + index)).catch(() => 0));
    for (const { pid, commandLine } of processesOf(directory)) {
      if (commandLine.includes('bootstrap.ts')) process.kill(pid, 'SIGKILL');
    }
    await Promise.all(load);
    await eventually(async () => (await fetch(new URL('/healthz', stack.pageUrl))).status === 200, 30_000);
    stack.child.kill('SIGTERM');
    await stack.exit;

    const secrets = [hookKey, signingKey, token];
    const lines = [
      '"message":"not as documented"',
      '"message":"accepted"',
      '"message":"rejected"',
      '"outcome":"parked"',
      '"outcome":"retry"',
    ];
    expect(leaksInLogs(directory, lines)).toHaveLength(lines.length);
    expect(leaksInLogs(directory, [...allMarks(), ...secrets])).toEqual([]);
    // The one line that is there to be copied.
    const printed = stack.output().replace(/^Hook URL: .*$/m, '');
    expect(leaksIn(printed, [...allMarks(), ...secrets])).toEqual([]);
  },
  patience,
);

test('a leak would be found, however it is written', () => {
  const word = 'zqŽofieqz';
  const line = (written: string) => `{"level":"INFO","message":"accepted","body":"${written}"}`;
  const body = Buffer.from(`{"visitor":{"name":"${word}","note":"and a good many words more"}}`).toString('base64');
  for (const written of [word, word.toUpperCase(), encodeURIComponent(word), 'zq\\u017dofieqz', body]) {
    expect(leaksIn(line(written), [word])).toEqual([word]);
  }
  expect(leaksIn(line('Eva Horáková'))).toEqual(['Eva Horáková']);
  expect(leaksIn(line('somebody@example.org'))).toEqual(['somebody@example.org']);
  expect(leaksIn(`POST /smartsupp/${'k'.repeat(43)} 200`)).toHaveLength(1);
  expect(leaksIn(line('208:55039'))).toEqual([]);
});
