import { once } from 'node:events';
import { join } from 'node:path';
import { spawnNode } from '../../../local/lib/processes.ts';

export type ServerChild = { readonly url: string; readonly pid: number; readonly stop: () => Promise<void> };

/** Starts a program of the bench that sends `{ port }` once it listens. */
export async function startServerChild(script: string, args: readonly string[]): Promise<ServerChild> {
  const file = join(import.meta.dirname, '..', script);
  const { child, output } = spawnNode(file, { cwd: process.cwd(), env: process.env, args });
  for (const stream of output) stream.pipe(process.stderr);
  const exited = once(child, 'exit');
  const port = await Promise.race([
    once(child, 'message').then(([message]) => Number(Object(message).port)),
    exited.then(([code]) => {
      throw new Error(`${script} ended with ${code}.`);
    }),
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
