import { appendFileSync, globSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { listenOnLoopback } from '../../../local/lib/loopback.ts';
import { startTestCrm, type TestCrm } from '../cli/support/stage.ts';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';
import { type LocalStack, processesOf, startLocalStack } from './support/stack.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(180_000);

const directory = newDirectory();
const configFile = join(newDirectory(), 'config.json');
let crm: TestCrm;
let stack: LocalStack | undefined;
beforeAll(async () => {
  crm = await startTestCrm();
  writeFileSync(
    configFile,
    JSON.stringify({ destinations: [{ name: 'crm', adapter: 'webhook', url: `${crm.url}/crm` }] }),
  );
});
afterAll(async () => {
  stack?.child.kill('SIGKILL');
  await eventually(() => processesOf(directory).length === 0);
  await crm.close();
});

/** On the same port each time, since the senders go on. */
const port = freePort();
const start = async () => {
  stack = await startLocalStack(directory, { PORT: String(await port), FORWARDER_CONFIG: configFile });
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
  const missing = () => kept.filter((id) => !crm.taken('/crm').includes(`208:${id}`));
  // A chat whose delivery was killed is tried again when its lease has run out, after a minute.
  await eventually(() => missing().length === 0, 90_000).catch(() => expect(missing()).toEqual([]));
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
