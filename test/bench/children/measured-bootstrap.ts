/**
 * What `local/lambda/bootstrap.ts` is, and Lambda's own runtime, as bare as it can be: it loads the handler and asks the
 * Runtime API for events. It tells on descriptor 3 what it has used of the processor: once loaded, and after each event.
 */
import { writeSync } from 'node:fs';
import { loadHandler } from '../../../local/lambda/load-handler.ts';
import { cpuMicroseconds } from '../support/cpu.ts';
import { createRuntimeClient } from '../support/runtime-client.ts';

const { AWS_LAMBDA_RUNTIME_API: api = '', LAMBDA_TASK_ROOT: root = '', _HANDLER: name = '' } = process.env;

const report = (microseconds: number) => writeSync(3, `${microseconds}\n`);

async function run(): Promise<never> {
  const client = createRuntimeClient(api);
  const handler = await loadHandler(root, name);
  report(cpuMicroseconds());
  while (true) {
    const { requestId, deadline, event } = await client.next();
    const begin = cpuMicroseconds();
    const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => deadline - Date.now() };
    const result = await handler(JSON.parse(event), context);
    await client.respond(requestId, JSON.stringify(result) ?? 'null');
    report(cpuMicroseconds() - begin);
  }
}

void run();
