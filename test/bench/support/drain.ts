import { createFunction } from '../../../local/lambda/pool.ts';
import { startPoller } from '../../../local/triggers/poller.ts';
import { openBenchStack } from './bench-stack.ts';
import { bodyOf } from './chats.ts';
import { enqueueAll } from './deliveries.ts';
import { hubspot } from './hubspot.ts';
import { once } from './run.ts';

export type Drained = { readonly seconds: number; readonly callsPerChat: number };

/** A backlog of chats of 3 KB, each of another visitor, delivered by the template's own mapping to a HubSpot. */
async function drain(chats: number, crmDelayMs: number): Promise<Drained> {
  const crm = await hubspot();
  await crm.begin(crmDelayMs);
  const stack = await openBenchStack();
  const { deliver, endpoints, servers, mapping } = stack;
  const fn = createFunction({ definition: deliver, endpoints, log: () => {} });
  try {
    await fn.warm();
    await enqueueAll(
      stack,
      Array.from({ length: chats }, (_, at) => bodyOf('3 KB', { number: at + 1 })),
    );
    const begin = Date.now();
    const poller = startPoller({
      sqs: servers.sqs,
      queueUrl: deliver.environment['QUEUE_URL'] ?? '',
      mapping,
      invoke: fn.invoke,
      concurrency: fn.concurrency,
    });
    const { calls, lastNoteAt } = await crm.until(chats);
    await poller.stop();
    return { seconds: (lastNoteAt - begin) / 1000, callsPerChat: calls / chats };
  } finally {
    await fn.stop();
    await stack.close();
  }
}

const crmDelayMs = 20;
const rounds = 2;
export const depths = { few: [10, 100], some: 1_000, maxSize: 10_000 } as const;

/** Backlogs of several depths, at a HubSpot that takes 20 ms for a call, and one at a HubSpot that answers at once. */
export const drainedBacklogs = once(async () => {
  const few: Drained[] = [];
  for (const chats of depths.few) few.push(await drain(chats, crmDelayMs));
  const some: Drained[] = [];
  const instant: Drained[] = [];
  for (let round = 0; round < rounds; round += 1) {
    some.push(await drain(depths.some, crmDelayMs));
    instant.push(await drain(depths.some, 0));
  }
  return { few, some, instant, maxSize: await drain(depths.maxSize, crmDelayMs) };
});
