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

const loadTimeoutMs = 10_000;

export type Instance = {
  readonly isAlive: () => boolean;
  /** Call it for one event at a time, once the instance is ready. Never rejects. */
  readonly invoke: (event: string) => Promise<InvocationResult>;
  readonly stop: () => Promise<void>;
};

export type InstanceOptions = {
  readonly definition: FunctionDefinition;
  readonly endpoints: Endpoints;
  /** Takes the process's output, and lines that Lambda itself would log. */
  readonly log: (output: Readable | string) => void;
  /** Whether the process gets a lower priority. Default: false. */
  readonly lowPriority?: boolean;
  readonly onReady: () => void;
  /** The process has ended; the error says why it did not load, if it did not. */
  readonly onExit: (error: FunctionError | undefined) => void;
};

export function startInstance(options: InstanceOptions): Instance {
  const { definition, endpoints, log, lowPriority = false, onReady, onExit } = options;
  let ready = false;
  let alive = true;
  /** The process is about to end: its results no longer count, and it gets no more events. */
  let ending = false;
  let cause: FunctionError | undefined;
  let running: { readonly requestId: string; readonly settle: (result: InvocationResult) => void } | undefined;

  const { child, output } = spawnNode(join(import.meta.dirname, 'bootstrap.ts'), {
    cwd: definition.codeDirectory,
    env: functionEnvironment(definition, endpoints, randomUUID()),
    // Lambda leaves a tenth of the memory for everything outside the heap.
    nodeOptions: [`--max-old-space-size=${Math.floor(definition.memoryMegabytes * 0.9)}`],
    lowPriority,
  });
  output.forEach(log);

  const timeOut = (errorMessage: string) => {
    ending = true;
    cause = { errorType: 'Sandbox.Timedout', errorMessage };
    log(`${new Date().toISOString()} ${errorMessage}\n`);
    child.kill('SIGKILL');
  };
  const loading = setTimeout(timeOut, loadTimeoutMs, `Loading timed out after ${loadTimeoutMs / 1000} seconds`);

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
      // Messages that it sent before may still arrive.
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
        // The exit event reports a process that has ended.
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
