import type { Config } from '../lambda/config/config.ts';
import { createOpenMessage } from '../lambda/queue/envelope.ts';
import { createEnqueue, createEnqueueChat } from '../lambda/queue/queue.ts';
import { chooseDeliveries, createReplay, createReplayRejected } from '../lambda/replay/replay.ts';
import { validateHook } from '../lambda/smartsupp/to-conversation.ts';
import { createGetClaimCheck, createPutClaimCheck } from '../lambda/store/claim-check.ts';
import { createLoadChat } from '../lambda/store/conversations.ts';
import { chatKey } from '../lambda/store/keys.ts';
import { createLedger } from '../lambda/store/ledger.ts';
import { type ChatRecord, createRecords, readChat } from '../lambda/store/records.ts';
import { createRejectedBodies } from '../lambda/store/rejected.ts';
import { collect, type Table } from '../lambda/store/table.ts';
import type { Forwarder } from './demo/forwarder/ports.ts';
import type { Deployment } from './deploy.ts';
import type { Servers } from './servers/servers.ts';

const maxListed = 100;

/** What the page sees of the running stack: the table's records, and the operator's commands on them. */
export function createForwarder(deps: {
  readonly deployment: Deployment;
  readonly servers: Servers;
  readonly table: Table;
  readonly config: Config;
}): Forwarder {
  const { deployment, servers, table, config } = deps;
  const records = createRecords(table);
  const load = createLoadChat(table);
  const rejectedBodies = createRejectedBodies(table);
  const queue = { sqs: servers.sqs, queueUrl: deployment.stack.output('QueueUrl') };
  const enqueueChat = createEnqueueChat(queue);
  const replayChat = createReplay({
    ledger: createLedger(table, { retentionDays: config.retentionDays, now }),
    isStored: async (conversationId) => typeof (await load(conversationId)) === 'object',
    enqueueChat,
    now,
  });
  const replayRejected = createReplayRejected({
    ...rejectedBodies,
    validate: validateHook,
    open: createOpenMessage(createGetClaimCheck(table)),
    enqueue: createEnqueue({ ...queue, putClaimCheck: createPutClaimCheck(table, now) }),
    enqueueChat,
  });

  const withDeliveries = async (chat: ChatRecord) => ({
    ...chat,
    deliveries: await records.deliveriesOf(chat.conversationId),
  });

  return {
    chats: async () => Promise.all((await collect(records.chats(), maxListed)).map(withDeliveries)),
    async chat(conversationId) {
      const item = await table.get(chatKey(conversationId), { consistent: true });
      const [chat] = item === undefined ? [] : readChat(item);
      return chat && withDeliveries(chat);
    },
    rejected: () => collect(records.rejected(), maxListed),
    spooled: () => collect(records.spooled(), maxListed),
    async bodyOf(id) {
      if (!isChat(id)) return (await rejectedBodies.read(id))?.body;
      const stored = await load(id);
      return typeof stored === 'object' ? Buffer.from(await stored.readBody()) : undefined;
    },
    async replay(id) {
      if (!isChat(id)) return rejectedAgain(await replayRejected(id));
      const { sent, left } = await replayChat(id, chooseDeliveries(await records.deliveriesOf(id)));
      const words = [
        ...(sent.length > 0 ? [`Sent again to ${sent.join(', ')}`] : []),
        ...left.map(({ destination, why }) => `The delivery to ${destination} ${why}`),
      ];
      return { conversationId: id, words: `${words.join('. ') || 'It has no delivery to send again'}.` };
    },
    async killDeliver() {
      await Promise.all(deployment.stack.mappings().map(({ functionName }) => deployment.functions.kill(functionName)));
    },
  };
}

const now = () => new Date();

/** Conversation ids have a colon, ids of rejected bodies have none. */
const isChat = (id: string) => id.includes(':');

function rejectedAgain(replayed: Awaited<ReturnType<ReturnType<typeof createReplayRejected>>>) {
  switch (replayed.kind) {
    case 'sent':
      return { conversationId: replayed.conversationId, words: 'Taken now, and on its way.' };
    case 'unknown':
      return { conversationId: undefined, words: 'It is no longer there.' };
    case 'refused':
      return { conversationId: undefined, words: `Still refused: ${replayed.refused.detail}` };
  }
}
