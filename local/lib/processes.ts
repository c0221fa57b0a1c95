import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority, userInfo } from 'node:os';
import type { Readable } from 'node:stream';

type NodeProcess = { readonly child: ChildProcess; readonly output: readonly Readable[] };

type SpawnOptions = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nodeOptions?: readonly string[];
  readonly args?: readonly string[];
  /** Whether the process gets a lower priority. Default: false. */
  readonly lowPriority?: boolean;
};

/** Starts a process that ends with the stack, even after a crash, since the channel to it closes (`endWithParent`). */
export function spawnNode(
  script: string,
  { cwd, env, nodeOptions = [], args = [], lowPriority = false }: SpawnOptions,
): NodeProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...nodeOptions, script, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  });
  if (lowPriority && child.pid !== undefined) lowerPriority(child.pid);
  return { child, output: [child.stdout, child.stderr].filter((stream) => stream !== null) };
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // The process has ended, or the system forbids it: then it keeps its priority.
  }
}

/** Makes this process end when the stack does. */
export function endWithParent(): void {
  // A terminal's signal reaches every process, but the stack decides what stops when.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.once('disconnect', () => process.exit());
}

/** The only variables of this machine that the stack's processes get. On Windows, sockets need SystemRoot. */
export function machineEnvironment(): Record<string, string> {
  const { PATH = '', SystemRoot } = process.env;
  return SystemRoot === undefined ? { PATH } : { PATH, SystemRoot };
}

/**
 * Defers the end of something that was started. If the stack was disposed in the meantime, ends it at once: `defer`
 * would throw and leave it running.
 */
export function deferOrEnd(resources: AsyncDisposableStack, end: () => unknown): void {
  const ending = async () => {
    await end();
  };
  if (resources.disposed) void ending().catch(() => {});
  else resources.defer(ending);
}

export function userOfThisMachine(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
