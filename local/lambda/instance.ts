import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { machineEnvironment, spawnNode } from '../lib/processes.ts';
import { account, clientEnvironment, type Endpoints } from '../lib/settings.ts';
import {
  type FunctionDefinition,
  type FunctionError,
  failed,
  type Invocation,
  type InvocationResult,
  isReport,
  maxPayloadBytes,
  type Report,
} from './function.ts';

/** Lambda gives up after ten seconds; here a machine may be busy. */
const loadTimeoutMs = 60_000;

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
  /** Called when the process has ended; the error says why it did not load. */
  readonly onExit: (error: FunctionError | undefined) => void;
};

export function startInstance(options: InstanceOptions): Instance {
  const { definition, endpoints, log, lowPriority = false, onReady, onExit } = options;
  let ready = false;
  let alive = true;
  /** Whether the process is about to end: its results no longer count, and it gets no more events. */
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
      // Messages sent before the exit may still arrive.
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

/**
 * Lambda's variables, the function's own, and the servers' addresses. Of this machine's variables only PATH is passed on.
 */
export function functionEnvironment(
  definition: FunctionDefinition,
  endpoints: Endpoints,
  instanceId: string,
): Record<string, string> {
  return {
    ...machineEnvironment(),
    ...definition.environment,
    ...clientEnvironment(endpoints),
    // The fake Smartsupp serves a chat's files from this machine.
    FILES_FROM_LOOPBACK: 'true',
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${instanceId}`,
    LAMBDA_TASK_ROOT: definition.codeDirectory,
    LAMBDA_RUNTIME_DIR: import.meta.dirname,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: definition.handler,
  };
}
