import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createRuntimeApi } from './runtime-api.ts';

/** A function as a process is started for it. */
export type Subject = {
  readonly name: string;
  /** The program that loads it, in plain JavaScript: see `compileBootstrap`. */
  readonly bootstrap: string;
  readonly env: Readonly<Record<string, string>>;
  /** Events for its first invocations, one after the other. */
  readonly events: () => Promise<readonly string[]>;
  /** Throws where an answer is not what it should be. */
  readonly check: (payload: string) => void;
};

/** In milliseconds. */
export type ColdStart = {
  /** From the start of the process to its first question for an event. */
  readonly init: number;
  readonly initCpu: number;
  readonly invokes: readonly Invoke[];
  /** The most memory that the process has had, in MB; Linux only. */
  readonly peakMegabytes: number;
  /** All that it has logged. */
  readonly loggedBytes: number;
};

export type Invoke = { readonly cpu: number; readonly wall: number };

/**
 * Starts each of them in turn, round after round.
 * @returns their cold starts, by name and round
 */
export async function coldStarts(
  subjects: readonly Subject[],
  rounds: number,
  { warmUp = true }: { readonly warmUp?: boolean } = {},
) {
  const starts = new Map(subjects.map(({ name }): [string, ColdStart[]] => [name, []]));
  // Only brings the files into memory.
  for (const subject of warmUp ? subjects : []) await coldStart(subject);
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) starts.get(subject.name)?.push(await coldStart(subject));
  }
  return starts;
}

/** Starts a process for the function behind a Runtime API of its own, and gives it its first events. */
async function coldStart({ name, bootstrap, env, events, check }: Subject): Promise<ColdStart> {
  const given = await events();
  let ready = () => {};
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:bench';
  const api = await createRuntimeApi({ functionArn, onReady: () => ready(), onInitError: () => {} });
  const begin = performance.now();
  const child = spawn(process.execPath, [bootstrap], {
    env: { ...env, AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let loggedBytes = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    loggedBytes += chunk.length;
  });
  try {
    const reports = reportsOf(child);
    const death = died(child, name);
    await Promise.race([isReady, death]);
    const init = performance.now() - begin;
    const initCpu = await reports();
    const invokes: Invoke[] = [];
    for (const event of given) {
      const from = performance.now();
      const result = await Promise.race([api.invoke(event, Date.now() + 60_000), death]);
      const wall = performance.now() - from;
      if (!result.succeeded) throw new Error(`${name} failed: ${JSON.stringify(result.error)}`);
      check(result.payload);
      invokes.push({ cpu: await reports(), wall });
    }
    return { init, initCpu, invokes, peakMegabytes: peakOf(child.pid), loggedBytes };
  } finally {
    child.kill('SIGKILL');
    api.close();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

export const firstCpu = ({ invokes }: ColdStart) => invokes[0]?.cpu ?? 0;

/** Until the first answer, had the first invocation a core of its own and nothing to wait for. */
export const total = (start: ColdStart) => start.init + firstCpu(start);

function peakOf(pid: number | undefined): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** Takes the reports of `measured-bootstrap.ts` one by one, in milliseconds. */
function reportsOf({ stdio }: ChildProcess): () => Promise<number> {
  const lines = createInterface({ input: stdio[3] as Readable })[Symbol.asyncIterator]();
  return async () => Number((await lines.next()).value) / 1000;
}

async function died(child: ChildProcess, name: string): Promise<never> {
  const errors: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
  await once(child, 'exit');
  throw new Error(`${name} died: ${Buffer.concat(errors)}`);
}
