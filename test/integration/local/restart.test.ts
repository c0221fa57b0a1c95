import { appendFileSync, globSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { listenOnLoopback } from '../../../local/lib/listen.ts';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';
import { type LocalStack, processesOf, startLocalStack } from './support/stack.ts';

jest.setTimeout(120_000);

const directory = newDirectory();
let stack: LocalStack | undefined;
afterAll(async () => {
  stack?.child.kill('SIGKILL');
  await eventually(() => processesOf(directory).length === 0);
});

/** On the same port each time, since the demo CRM's address is in the template. */
const port = freePort();
const start = async () => {
  stack = await startLocalStack(directory, { PORT: String(await port) });
  return stack;
};

async function freePort(): Promise<number> {
  const server = createServer();
  const found = await listenOnLoopback(server);
  await new Promise((resolve) => server.close(resolve));
  return found;
}

const bodyOf = (id: number) =>
  JSON.stringify({ accountId: 208, channel: { id, isMissed: true }, visitor: { email: `${id}@example.com` } });

test('a kill and a restart in the middle of a load refuse no hook while something listens, and lose none', async () => {
  const first = await start();
  const answered = new Map<number, number | 'refused'>();
  let ready = false;
  const load = (async () => {
    const posts: Promise<void>[] = [];
    for (let id = 1; !ready || id < 100; id += 1) {
      const sent = fetch(first.hookUrl, { method: 'POST', body: bodyOf(id) });
      posts.push(
        sent.then(
          ({ status }) => void answered.set(id, status),
          () => void answered.set(id, 'refused'),
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await Promise.all(posts);
  })();
  await eventually(() => answered.size > 20);
  for (const { pid } of processesOf(directory)) process.kill(pid, 'SIGKILL');
  await first.exit;
  const second = await start();
  ready = true;
  await load;

  expect(second.output()).toContain('✓ Found the template of the last start, for the same sources');
  // Until the new process listens, nobody could answer.
  expect(new Set(answered.values())).toEqual(new Set([200, 'refused']));
  const kept = [...answered].flatMap(([id, answer]) => (answer === 200 ? [id] : []));
  for (const id of kept) {
    await eventually(async () => (await fetch(new URL(`/chats/208:${id}`, second.pageUrl))).status === 200, 60_000);
  }
});

test('what was kept and is damaged is made anew', async () => {
  stack?.child.kill('SIGTERM');
  await stack?.exit;
  const [bundle = ''] = globSync('cdk.out/asset.*/index.js', { cwd: directory });
  appendFileSync(join(directory, bundle), '(((');
  const again = await start();
  expect(again.output()).toContain('✓ Synthesized the template');
  expect((await fetch(again.hookUrl, { method: 'POST', body: bodyOf(1000) })).status).toBe(200);
});
