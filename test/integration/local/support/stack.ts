import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { eventually } from './eventually.ts';

export type Run = {
  readonly child: ChildProcess;
  /** Both streams, as a user sees them. */
  readonly output: () => string;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
};

type Where = { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string };

/** Runs `node local/launch.mjs` as npm's scripts do, on whatever Node.js runs the tests. */
export const runProgram = (
  args: readonly string[],
  { script = 'local/launch.mjs', ...where }: Where & { readonly script?: string } = {},
): Run => runCommand(process.execPath, [script, ...args], where);

export function runCommand(
  command: string,
  args: readonly string[],
  { env = {}, cwd = process.cwd() }: Where = {},
): Run {
  let output = '';
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  // 'close' and not 'exit': all that was printed is there.
  const exit = new Promise<Awaited<Run['exit']>>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, output: () => output, exit };
}

export type LocalStack = Run & { readonly hookUrl: string; readonly pageUrl: string };

/** The configuration that the project comes with: whoever has one of their own gets no test's chats into their CRM. */
const demoConfig = resolve('test/fixtures/forwarder.demo.json');

/** `npm start` on a free port, in a directory where no `.env` of the user's lies. */
export const runStart = (env: NodeJS.ProcessEnv): Run =>
  runProgram([resolve('local/start.ts')], {
    script: resolve('local/launch.mjs'),
    cwd: tmpdir(),
    env: { PORT: '0', FORWARDER_CONFIG: demoConfig, ...env },
  });

/** The same; resolves when it is ready. */
export async function startLocalStack(
  directory: string,
  env: NodeJS.ProcessEnv = {},
  start = runStart,
): Promise<LocalStack> {
  const run = start({ FORWARDER_DATA: directory, ...env });
  let ended = false;
  void run.exit.then(() => {
    ended = true;
  });
  await eventually(() => ended || /^Page: \S+\n/m.test(run.output()), 180_000);
  if (ended) throw new Error(`The stack did not start:\n${run.output()}`);
  const [, hookUrl = ''] = /^Hook URL: (\S+)$/m.exec(run.output()) ?? [];
  const [, pageUrl = ''] = /^Page: (\S+)$/m.exec(run.output()) ?? [];
  return { ...run, hookUrl, pageUrl };
}

export type FoundProcess = { readonly pid: number; readonly commandLine: string };

/** The processes that belong to a state directory: each has it among its arguments or in its environment. Linux only. */
export function processesOf(directory: string): readonly FoundProcess[] {
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => ({ pid: Number(pid), commandLine: read(pid, 'cmdline'), environment: read(pid, 'environ') }))
    .filter(({ commandLine, environment }) => `${commandLine}${environment}`.includes(directory))
    .map(({ pid, commandLine }) => ({ pid, commandLine }));
}
