import { once } from 'node:events';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../lib/errors.ts';
import { machineEnvironment, spawnNode } from '../lib/processes.ts';
import { account } from '../lib/settings.ts';

export type EmbeddedServer = {
  readonly endpoint: string;
  readonly isUp: () => boolean;
  readonly pid: () => number | undefined;
  readonly stop: () => Promise<void>;
};

const retryAfterMs = 500;

type ServerOptions = {
  /** The program: its arguments are the directory and the port; it sends `{ port, notice }` once it listens. */
  readonly script: string;
  /** The only one with which requests are answered. */
  readonly accessKey: string;
  readonly directory: string;
  readonly log: (output: Readable) => void;
  /** Gets a line for the user, if the server has one at a start. */
  readonly print?: (line: string) => void;
  readonly lowPriority?: boolean;
};

/** Runs a server, and restarts it on the same port after a crash. Throws StartError if the first start fails. */
export async function superviseServer({
  script,
  accessKey,
  directory,
  log,
  print = () => {},
  lowPriority = false,
}: ServerOptions): Promise<EmbeddedServer> {
  let stopped = false;
  let current = await start(0);
  const { port } = current;
  watch();

  async function start(port: number) {
    const { child, output } = spawnNode(script, {
      cwd: directory,
      env: { ...machineEnvironment(), AWS_REGION: account.region, AWS_ACCESS_KEY_ID: accessKey },
      args: [directory, String(port)],
      lowPriority,
    });
    output.forEach(log);
    const exited = once(child, 'exit');
    const listening = once(child, 'message').then(([message]) => {
      const { notice } = Object(message);
      if (typeof notice === 'string') print(notice);
      return portIn(message);
    });
    const found = await Promise.race([listening, exited.then(() => undefined)]);
    if (found === undefined)
      throw new StartError(
        `The embedded server ${basename(script)} does not start: see its log in ${dirname(directory)}.`,
      );
    return { child, exited, port: found };
  }

  function watch(): void {
    void current.exited.then(async () => {
      while (!stopped) {
        try {
          current = await start(port);
          return watch();
        } catch {
          // /healthz reports it as down; its log says why.
          await sleep(retryAfterMs);
        }
      }
    });
  }

  return {
    endpoint: `http://127.0.0.1:${port}`,
    isUp: () => current.child.exitCode === null && current.child.signalCode === null,
    pid: () => current.child.pid,
    async stop() {
      stopped = true;
      // Both servers keep what they have acknowledged.
      current.child.kill('SIGKILL');
      await current.exited;
    },
  };
}

function portIn(message: unknown): number {
  if (typeof message === 'object' && message !== null && 'port' in message) return Number(message.port);
  throw new Error('An embedded server did not say where it listens.');
}
