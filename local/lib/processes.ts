import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Readable } from 'node:stream';

export type NodeProcess = { readonly child: ChildProcess; readonly output: readonly Readable[] };

type SpawnOptions = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nodeOptions?: readonly string[];
  readonly args?: readonly string[];
  /** Whether the processors are for others first. */
  readonly canWait?: boolean;
};

/**
 * Starts one of the stack's own processes on this Node.js. The channel to it is what ties it to the stack: when the
 * stack is gone, however it went, the channel closes and the process ends (`endWithParent`).
 */
export function spawnNode(
  script: string,
  { cwd, env, nodeOptions = [], args = [], canWait = false }: SpawnOptions,
): NodeProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...nodeOptions, script, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  });
  if (canWait && child.pid !== undefined) yieldProcessors(child.pid);
  return { child, output: [child.stdout, child.stderr].filter((stream) => stream !== null) };
}

function yieldProcessors(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It is gone already, or this system forbids it: then it runs like all others.
  }
}

/** The child's half of `spawnNode`. */
export function endWithParent(): void {
  // A signal meant for the stack reaches every process of the terminal; the stack alone decides what ends when.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.once('disconnect', () => process.exit());
}

/** All that a process of the stack gets of this machine's environment. On Windows, no socket opens without SystemRoot. */
export function machineEnvironment(): Record<string, string> {
  const { PATH = '', SystemRoot } = process.env;
  return SystemRoot === undefined ? { PATH } : { PATH, SystemRoot };
}
