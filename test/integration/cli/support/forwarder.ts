import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from '../../../../cli/program.ts';

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

/**
 * The same in this process, one at a time: a start costs nothing, so that a test of what the commands do may run many. Its
 * streams are no terminal.
 */
export const createForwarderHere =
  (dataDirectory: string): Forwarder =>
  async (args, { input = '', env = {}, cwd = tmpdir() } = {}) => {
    const written = { stdout: '', stderr: '' };
    const streamTo = (name: keyof typeof written) => ({
      write: (chunk: string | Uint8Array) => {
        written[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
        return true;
      },
    });
    const own = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env };
    const { exitCode } = process;
    const ownDirectory = process.cwd();
    replaceIn(process, {
      stdin: Readable.from([Buffer.from(input)]),
      stdout: streamTo('stdout'),
      stderr: streamTo('stderr'),
      env: { ...own.env, FORWARDER_DATA: dataDirectory, ...env },
    });
    process.chdir(cwd);
    process.exitCode = undefined;
    try {
      await run(args);
      return { code: Number(process.exitCode ?? 0), ...written };
    } finally {
      process.exitCode = exitCode;
      process.chdir(ownDirectory);
      replaceIn(process, own);
    }
  };

function replaceIn(target: object, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(target, name, { value, configurable: true, enumerable: true, writable: true });
  }
}
