/**
 * The program of a function's process: it loads the handler, then asks the Runtime API for one event after another,
 * as Lambda's own runtime does.
 */
import { endWithParent } from '../processes.ts';
import { type Handler, loadHandler } from './load-handler.ts';
import { createRuntimeClient, type Invocation } from './runtime-client.ts';

endWithParent();

const client = createRuntimeClient(variable('AWS_LAMBDA_RUNTIME_API'));
let current: string | undefined;

process.on('uncaughtException', (error) => void die(error, 129));
process.on('unhandledRejection', (reason) => void die(reason, 128));

const handler = await load();
while (true) await answer(handler, await client.next());

async function load(): Promise<Handler> {
  try {
    return await loadHandler(variable('LAMBDA_TASK_ROOT'), variable('_HANDLER'));
  } catch (error) {
    process.stderr.write(`${described(error)}\n`);
    await client.failInit(error);
    process.exit(1);
  }
}

async function answer(handler: Handler, invocation: Invocation): Promise<void> {
  const { requestId } = invocation;
  current = requestId;
  process.env['_X_AMZN_TRACE_ID'] = invocation.traceId;
  try {
    const result = await handler(JSON.parse(invocation.event), contextOf(invocation));
    // The next event is asked for at the same time: that this one's result has come needs no waiting for.
    void client.respond(requestId, JSON.stringify(result) ?? 'null');
  } catch (error) {
    process.stderr.write(`${requestId} ${described(error)}\n`);
    await client.fail(requestId, error);
  }
  current = undefined;
}

/** What a handler gets as its second argument (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html). */
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

/** Lambda ends a process whose code threw where nothing could catch it; what it was doing fails with that error. */
async function die(error: unknown, code: number): Promise<void> {
  process.stderr.write(`${described(error)}\n`);
  if (current) await client.fail(current, error);
  process.exit(code);
}

function described(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: this program is started by the local stack only.`);
  return value;
}
