/**
 * The program of a function's process: loads the handler, then handles events. They arrive over the
 * IPC channel, since Lambda's Runtime API would need two HTTP exchanges for each.
 */
import { stackOf } from '../lib/errors.ts';
import { endWithParent } from '../lib/processes.ts';
import { type Invocation, isInvocation, type Report } from './function.ts';
import { type Handler, loadHandler } from './load-handler.ts';

endWithParent();

process.on('uncaughtException', (error) => void exitWith(error, 129));
process.on('unhandledRejection', (reason) => void exitWith(reason, 128));

const handler = await load();
process.on('message', (message) => {
  if (isInvocation(message)) void answer(handler, message);
});
void sendReport({ kind: 'ready' });

async function load(): Promise<Handler> {
  try {
    return await loadHandler(variable('LAMBDA_TASK_ROOT'), variable('_HANDLER'));
  } catch (error) {
    process.stderr.write(`${stackOf(error)}\n`);
    await sendReport({ kind: 'ending', error: functionError(error) });
    process.exit(1);
  }
}

async function answer(handler: Handler, invocation: Invocation): Promise<void> {
  const { requestId } = invocation;
  process.env['_X_AMZN_TRACE_ID'] = invocation.traceId;
  try {
    const result = await handler(JSON.parse(invocation.event), contextOf(invocation));
    void sendReport({ kind: 'answered', requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    process.stderr.write(`${requestId} ${stackOf(error)}\n`);
    void sendReport({ kind: 'failed', requestId, error: functionError(error) });
  }
}

/** The handler's second argument (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html). */
function contextOf({ requestId, functionArn, deadline }: Invocation) {
  return {
    awsRequestId: requestId,
    invokedFunctionArn: functionArn,
    functionName: variable('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion: variable('AWS_LAMBDA_FUNCTION_VERSION'),
    memoryLimitInMB: variable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    logGroupName: variable('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: variable('AWS_LAMBDA_LOG_STREAM_NAME'),
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** Lambda ends the process after an uncaught error, and the current invocation fails with it. */
async function exitWith(error: unknown, code: number): Promise<void> {
  process.stderr.write(`${stackOf(error)}\n`);
  await sendReport({ kind: 'ending', error: functionError(error) });
  process.exit(code);
}

function sendReport(report: Report): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(report, undefined, undefined, () => resolve());
    else resolve();
  });
}

function functionError(thrown: unknown) {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { errorType: name, errorMessage: message, trace: stack?.split('\n') ?? [] };
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: this program is started by the local stack only.`);
  return value;
}
