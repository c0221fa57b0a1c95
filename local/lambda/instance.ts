import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { spawnNode } from '../lib/processes.ts';
import type { Endpoints } from '../lib/settings.ts';
import { functionEnvironment } from './environment.ts';
import {
  type FunctionDefinition,
  type FunctionError,
  failed,
  type InvocationResult,
  maxPayloadBytes,
} from './function.ts';
import { type Invocation, isReport, type Report } from './messages.ts';

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

/** One execution environment of a function: a process of its own. */
export function startInstance(options: InstanceOptions): Instance {
  const { definition, endpoints, log, canWait = false, onReady, onExit } = options;
  let ready = false;
  let alive = true;
  /** It ends, though it may not be gone yet: what it does fails, and it is given nothing more. */
  let ending = false;
  let cause: FunctionError | undefined;
  let running: { readonly requestId: string; readonly settle: (result: InvocationResult) => void } | undefined;

  const { child, output } = spawnNode(join(import.meta.dirname, 'bootstrap.ts'), {
    cwd: definition.codeDirectory,
    env: functionEnvironment(definition, endpoints, randomUUID()),
    // Lambda leaves a tenth of the memory for what lies outside of the heap.
    nodeOptions: [`--max-old-space-size=${Math.floor(definition.memoryMegabytes * 0.9)}`],
    canWait,
  });
  output.forEach(log);

  const timeOut = (errorMessage: string) => {
    ending = true;
    cause = { errorType: 'Sandbox.Timedout', errorMessage };
    log(`${new Date().toISOString()} ${errorMessage}\n`);
    child.kill('SIGKILL');
  };
  const loading = setTimeout(timeOut, loadTimeout, `Loading timed out after ${loadTimeout / 1000} seconds`);

  const take = (report: Report) => {
    switch (report.kind) {
      case 'ready':
        ready = true;
        clearTimeout(loading);
        return onReady();
      case 'ending':
        ending = true;
        cause ??= report.error;
        return;
      default:
        if (!ending && report.requestId === running?.requestId) running.settle(resultOf(report));
    }
  };
  child.on('message', (message) => {
    if (isReport(message)) take(message);
  });

  const gone = new Promise<void>((resolve) => {
    const end = (errorMessage: string) => {
      if (!alive) return;
      alive = false;
      clearTimeout(loading);
      const error = cause ?? { errorType: 'Runtime.ExitError', errorMessage };
      running?.settle({ succeeded: false, error });
      onExit(ready ? undefined : error);
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => {
      const endNow = () => end(`Runtime exited: ${signal ? `signal ${signal}` : `exit status ${code}`}`);
      // What it has told before it ended may still be on its way.
      if (child.connected) child.once('disconnect', endNow);
      else endNow();
    });
  });

  return {
    isAlive: () => alive && !ending,
    invoke: (event) =>
      new Promise((resolve) => {
        const milliseconds = definition.timeoutSeconds * 1000;
        const timer = setTimeout(timeOut, milliseconds, `Task timed out after ${definition.timeoutSeconds} seconds`);
        const invocation = invocationOf(event, definition.arn, Date.now() + milliseconds);
        running = {
          requestId: invocation.requestId,
          settle: (result) => {
            running = undefined;
            clearTimeout(timer);
            resolve(result);
          },
        };
        // A process that is gone is told of by its exit.
        child.send(invocation, () => {});
      }),
    async stop() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function invocationOf(event: string, functionArn: string, deadline: number): Invocation {
  const requestId = randomUUID();
  const time = Math.floor(Date.now() / 1000).toString(16);
  const traceId = `Root=1-${time}-${requestId.replaceAll('-', '').slice(0, 24)};Sampled=0`;
  return { requestId, traceId, functionArn, deadline, event };
}

function resultOf(report: Extract<Report, { readonly requestId: string }>): InvocationResult {
  if (report.kind === 'failed') return { succeeded: false, error: report.error };
  const { payload } = report;
  if (Buffer.byteLength(payload) <= maxPayloadBytes) return { succeeded: true, payload };
  return failed('Function.ResponseSizeTooLarge', `The response is over ${maxPayloadBytes} bytes.`);
}
