import { createEnqueueChat } from '../../lambda/queue/queue.ts';
import { createLoadChat } from '../../lambda/store/conversations.ts';
import { createRecords } from '../../lambda/store/records.ts';
import { collect } from '../../lambda/store/table.ts';
import { inBulk } from '../lib/bulk.ts';
import type { Deployment, Invocation } from '../lib/deployment/deployment.ts';
import { mapInOrder } from '../lib/parallel.ts';
import { confirmMany } from '../lib/terminal/ask.ts';
import { UsageError } from '../lib/terminal/errors.ts';
import { plural, print, printJson } from '../lib/terminal/output.ts';

type Options = {
  readonly destination: string;
  readonly since: Date | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
};

export async function backfill({ options, openDeployment }: Invocation<Options>): Promise<void> {
  const { destination, since, dryRun, json } = options;
  const deployment = await openDeployment();
  checkDestination(deployment, destination);
  const ids = await missingAt(deployment, destination, since);
  const chats = plural(ids.length, 'chat');
  if (dryRun || ids.length === 0) {
    return json ? printJson({ missing: ids }) : print(`${chats} missing at ${destination}. Nothing was changed.`);
  }
  await confirmMany(ids.length, `Send ${chats} to ${destination}`, options);
  const enqueueChat = createEnqueueChat({ sqs: deployment.sqs, queueUrl: deployment.outputs.QueueUrl });
  const load = createLoadChat(deployment.table);
  const sent: string[] = [];
  const act = async (id: string) => {
    // The chat may have expired or been erased in the meantime.
    if (typeof (await load(id)) !== 'object') return;
    // Nobody waits for an answer to what has been delivered elsewhere, so no follow-ups are made.
    await enqueueChat(id, [destination], { isHistory: true });
    sent.push(id);
  };
  try {
    await inBulk({ deployment, items: ids, act });
  } finally {
    if (json) printJson({ sent });
    else print(`${plural(sent.length, 'chat')} on the way to ${destination}.`);
  }
}

function checkDestination({ name, destinations }: Deployment, destination: string): void {
  if (Object.hasOwn(destinations, destination)) return;
  const known = Object.keys(destinations).join(', ') || 'none';
  throw new UsageError(
    `${name} has no destination ${JSON.stringify(destination)} (it has: ${known}). Add it to forwarder.json and deploy, then run this.`,
  );
}

/** Oldest first. A chat that is still on the queue from an earlier run is sent twice, and delivered once. */
export async function missingAt({ table }: Deployment, destination: string, since: Date | undefined) {
  const records = createRecords(table);
  const chats = mapInOrder(records.chats(since), async ({ conversationId }) => {
    const deliveries = await records.deliveriesOf(conversationId);
    return deliveries.some((each) => each.destination === destination) ? [] : [conversationId];
  });
  return (await collect(chats)).flat().toReversed();
}
