import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export type Result = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

type Options = {
  readonly input?: string | Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
  /** Where it is run, if not where no `forwarder.json` and no `.env` of the user's lie. */
  readonly cwd?: string;
};

export const script = join(process.cwd(), 'cli/forwarder.mjs');

/** `npx forwarder`, as npm runs it, on the stack of a state directory. */
export type Forwarder = (args: readonly string[], options?: Options) => Promise<Result>;

export const createForwarder =
  (dataDirectory: string): Forwarder =>
  async (args, { input = '', env = {}, cwd = tmpdir() } = {}) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd,
      env: { ...process.env, FORWARDER_DATA: dataDirectory, ...env },
      stdio: 'pipe',
    });
    child.stdin.end(input);
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const [code, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
    return { code, stdout, stderr };
  };
