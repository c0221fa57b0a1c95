import { functionEnvironment } from '../../../local/lambda/environment.ts';
import type { FunctionDefinition } from '../../../local/lambda/function.ts';
import { type BenchStack, openBenchStack } from './bench-stack.ts';
import { bodyOf } from './chats.ts';
import { coldStarts } from './cold-start.ts';
import { assertAllDelivered, eventOf } from './deliveries.ts';
import { hookEvent } from './hook-event.ts';
import { startHubspot } from './hubspot.ts';
import { once } from './once.ts';
import { billedMs, gigabyteSeconds, queueRequestsOf, type Usage } from './prices.ts';
import { createPrograms } from './programs.ts';
import { median } from './statistics.ts';
import { storeUnits } from './store-units.ts';

type Size = '3 KB' | '60 KB';

const crmDelayMs = 20;
const chatsInBatch = 10;
/** The first are for warming up. */
const invokes = { warmUp: 12, measured: 12 };
/** Lambda's own lines about an invocation, and the front door's, in KB. */
const platformLog = { invocation: 0.45, hook: 0.35 };

/** What one chat of a new visitor takes of what AWS counts, in batches of ten. */
export async function measuredUsage(size: Size): Promise<Usage> {
  const units = (await storeUnits())[size].newVisitor;
  const { receive, deliver, messageKilobytes } = (await measureFunctions())[size];
  const batch = chatsInBatch;
  return {
    hooks: 1,
    hookKilobytes: Buffer.byteLength(bodyOf(size)) / 1024,
    // Sent alone; received, leased and deleted with others.
    queueRequests: queueRequestsOf(messageKilobytes) + (queueRequestsOf(batch * messageKilobytes) + 2) / batch,
    invocations: 1 + 1 / batch,
    gigabyteSeconds: receive.gigabyteSeconds + deliver.gigabyteSeconds / batch,
    writeUnits: units.writes,
    readUnits: units.reads,
    logKilobytes:
      receive.logKilobytes + platformLog.hook + platformLog.invocation * (1 + 1 / batch) + deliver.logKilobytes / batch,
  };
}

const measureFunctions = once(async () => {
  const hubspot = await startHubspot(crmDelayMs);
  const stack = await openBenchStack(hubspot);
  try {
    return { '3 KB': await measureSize(stack, '3 KB'), '60 KB': await measureSize(stack, '60 KB') };
  } finally {
    await stack.close();
    await hubspot.stop();
  }
});

async function measureSize(stack: BenchStack, size: Size) {
  const from = size === '3 KB' ? 0 : 100_000;
  const bodies = Array.from({ length: chatsInBatch * (invokes.warmUp + invokes.measured) }, (_, at) =>
    bodyOf(size, { number: from + at }),
  );
  const hooks = bodies.slice(0, invokes.warmUp + invokes.measured).map((body) => hookEvent(body, stack.hookKey));
  const batches: string[] = [];
  for (let at = 0; at < bodies.length; at += chatsInBatch) {
    batches.push(await eventOf(stack, bodies.slice(at, at + chatsInBatch)));
  }
  const [record] = Object(JSON.parse(batches[0] ?? '')).Records;
  return {
    messageKilobytes: Buffer.byteLength(record.body) / 1024,
    receive: await measureFunction(stack, stack.receive, hooks, () => {}),
    deliver: await measureFunction(stack, stack.deliver, batches, assertAllDelivered),
  };
}

async function measureFunction(
  { endpoints }: BenchStack,
  definition: FunctionDefinition,
  events: readonly string[],
  check: (payload: string) => void,
) {
  const programs = await createPrograms();
  try {
    const env = functionEnvironment(definition, endpoints, { id: 'bench', runtimeApi: '' });
    const subject = { name: 'warm', bootstrap: programs.bootstrap, env, events: async () => events, check };
    const [start] = (await coldStarts([subject], 1, { warmUp: false })).get('warm') ?? [];
    const warm = start?.invokes.slice(invokes.warmUp) ?? [];
    const milliseconds = warm.map(({ cpu, wall }) =>
      billedMs(cpu, Math.max(0, wall - cpu), definition.memoryMegabytes),
    );
    return {
      gigabyteSeconds: gigabyteSeconds(Math.ceil(median(milliseconds)), definition.memoryMegabytes),
      logKilobytes: (start?.loggedBytes ?? 0) / events.length / 1024,
    };
  } finally {
    await programs.close();
  }
}
