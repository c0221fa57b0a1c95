import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { spawnNode } from '../processes.ts';
import { type Endpoints, functionEnvironment } from './environment.ts';
import type { FunctionDefinition, FunctionError, InvocationResult } from './function.ts';
import { createRuntimeApi } from './runtime-api.ts';

/** Lambda gives a function ten seconds to load. */
const loadTimeout = 10_000;

export type Instance = {
  readonly isAlive: () => boolean;
  /** Only one at a time, and only once it is ready. Never rejects. */
  readonly invoke: (event: string) => Promise<InvocationResult>;
  /** Resolves when the process is gone. */
  readonly stop: () => Promise<void>;
};

export type InstanceOptions = {
  readonly definition: FunctionDefinition;
  readonly endpoints: Endpoints;
  /** Takes what the process prints, as it comes, and what Lambda itself would write to the function's log. */
  readonly log: (output: Readable | string) => void;
  /** Whether the processors are for others first. */
  readonly canWait?: boolean;
  readonly onReady: () => void;
  /** The process is gone. The error says why it did not load, and is undefined where it had. */
  readonly onExit: (error: FunctionError | undefined) => void;
};

/** One execution environment of a function: a process of its own behind a Runtime API of its own. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const { definition, endpoints, log, canWait = false, onReady, onExit } = options;
  let ready = false;
  let alive = true;
  let cause: FunctionError | undefined;

  const api = await createRuntimeApi({
    functionArn: definition.arn,
    onReady: () => {
      ready = true;
      clearTimeout(loading);
      onReady();
    },
    onInitError: (error) => {
      cause = error;
    },
  });

  const { child, output } = spawnNode(join(import.meta.dirname, 'bootstrap.ts'), {
    cwd: definition.codeDirectory,
    env: functionEnvironment(definition, endpoints, { id: randomUUID(), runtimeApi: api.address }),
    // Lambda leaves a tenth of the memory for what lies outside of the heap.
    nodeOptions: [`--max-old-space-size=${Math.floor(definition.memoryMegabytes * 0.9)}`],
    canWait,
  });
  output.forEach(log);

  const timeOut = (errorMessage: string) => {
    cause = { errorType: 'Sandbox.Timedout', errorMessage };
    log(`${new Date().toISOString()} ${errorMessage}\n`);
    child.kill('SIGKILL');
  };
  const loading = setTimeout(timeOut, loadTimeout, `Loading timed out after ${loadTimeout / 1000} seconds`);

  const gone = new Promise<void>((resolve) => {
    const end = (errorMessage: string) => {
      alive = false;
      clearTimeout(loading);
      const error = cause ?? { errorType: 'Runtime.ExitError', errorMessage };
      api.abandon(error);
      api.close();
      onExit(ready ? undefined : error);
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(`Runtime exited: ${signal ? `signal ${signal}` : `exit status ${code}`}`));
  });

  return {
    isAlive: () => alive,
    async invoke(event) {
      const milliseconds = definition.timeoutSeconds * 1000;
      const timer = setTimeout(timeOut, milliseconds, `Task timed out after ${definition.timeoutSeconds} seconds`);
      const result = await api.invoke(event, Date.now() + milliseconds);
      clearTimeout(timer);
      return result;
    },
    async stop() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
