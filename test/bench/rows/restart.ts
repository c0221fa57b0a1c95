import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from '../../../local/lib/loopback.ts';
import { eventually } from '../../integration/local/support/eventually.ts';
import { type LocalStack, processesOf, startLocalStack } from '../../integration/local/support/stack.ts';
import { atMost, published, type Row } from '../row.ts';
import { bodyOf } from '../support/chats.ts';
import { median } from '../support/statistics.ts';

const rounds = 5;
/** As many in all, a hook every so many milliseconds; some come before the kill. */
const load = { hooks: 500, everyMs: 10, beforeKill: 100 };

/** `npm start` is killed with all of its processes in the middle of a load, and started again at once. */
export const restart: Row = {
  name: 'restart',
  measure: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'bench-restart-'));
    const env = { PORT: String(await freePort()) };
    let stack = await startLocalStack(directory, env);
    const measured: { readonly first: number; readonly refused: number }[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        const result = await oneRound(stack, directory, () => startLocalStack(directory, env));
        stack = result.stack;
        measured.push(result);
      }
    } finally {
      kill(directory);
      await eventually(() => processesOf(directory).length === 0);
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    }
    return {
      results: [
        atMost(2000, 'restart to first hook', median(measured.map(({ first }) => first)), 'ms'),
        published(
          `restart, hooks refused of ${load.hooks}, one every ${load.everyMs} ms`,
          median(measured.map(({ refused }) => refused)),
          'hooks',
        ),
      ],
    };
  },
};

async function oneRound({ hookUrl }: LocalStack, directory: string, start: () => Promise<LocalStack>) {
  let killedAt = Number.POSITIVE_INFINITY;
  let first: number | undefined;
  let refused = 0;
  let starting: Promise<LocalStack> | undefined;
  const post = async (number: number) => {
    const sentAt = performance.now();
    const isTaken = await fetch(hookUrl, { method: 'POST', body: bodyOf('3 KB', { number }) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (!isTaken) refused += 1;
    else if (sentAt > killedAt) first ??= performance.now() - killedAt;
  };
  const posts: Promise<void>[] = [];
  for (let number = 1; number <= load.hooks; number += 1) {
    if (number === load.beforeKill) {
      kill(directory);
      killedAt = performance.now();
      starting = start();
    }
    posts.push(post(number));
    await sleep(load.everyMs);
  }
  await Promise.all(posts);
  const stack = await starting;
  if (stack === undefined || first === undefined) throw new Error('No hook was taken after the restart.');
  return { stack, first, refused };
}

function kill(directory: string): void {
  for (const { pid } of processesOf(directory)) process.kill(pid, 'SIGKILL');
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
