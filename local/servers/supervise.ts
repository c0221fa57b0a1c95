import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { account, machineEnvironment } from '../lambda/environment.ts';
import { spawnNode } from '../processes.ts';

export type EmbeddedServer = {
  readonly endpoint: string;
  readonly isUp: () => boolean;
  /** Of the process that runs now. */
  readonly pid: () => number | undefined;
  readonly stop: () => Promise<void>;
};

type ServerOptions = {
  /** The program: it gets the directory and the port as arguments, and sends `{ port }` once it listens. */
  readonly script: string;
  readonly directory: string;
  readonly log: (output: Readable) => void;
};

/**
 * Runs an embedded server as a process of its own. One that dies is started again on the same port, which clients
 * already know, with what it has on disk.
 * @throws Error where it does not come up the first time
 */
export async function superviseServer({ script, directory, log }: ServerOptions): Promise<EmbeddedServer> {
  let stopped = false;
  let current = await start(0);
  const { port } = current;
  watch();

  async function start(port: number) {
    const { child, output } = spawnNode(script, {
      cwd: directory,
      env: { ...machineEnvironment(), AWS_REGION: account.region },
      args: [directory, String(port)],
    });
    output.forEach(log);
    const exited = once(child, 'exit');
    const listening = once(child, 'message').then(([message]) => portIn(message));
    const found = await Promise.race([listening, exited.then(() => undefined)]);
    if (found === undefined) throw new Error(`${script} did not start.`);
    return { child, exited, port: found };
  }

  function watch(): void {
    void current.exited.then(async () => {
      if (stopped) return;
      try {
        current = await start(port);
        watch();
      } catch {
        // It stays down, and /healthz says so: the reason is in its log.
      }
    });
  }

  return {
    endpoint: `http://127.0.0.1:${port}`,
    isUp: () => current.child.exitCode === null && current.child.signalCode === null,
    pid: () => current.child.pid,
    async stop() {
      stopped = true;
      // Both keep what they acknowledged, whenever they end.
      current.child.kill('SIGKILL');
      await current.exited;
    },
  };
}

function portIn(message: unknown): number {
  if (typeof message === 'object' && message !== null && 'port' in message) return Number(message.port);
  throw new Error('An embedded server did not say where it listens.');
}
