import type { SQSClient } from '@aws-sdk/client-sqs';
import { createOpenMessage } from '../lambda/queue/envelope.ts';
import { createEnqueue, createEnqueueChat, createSend } from '../lambda/queue/queue.ts';
import { validateHook } from '../lambda/smartsupp/hook.ts';
import { createGetClaimCheck, createPutClaimCheck } from '../lambda/store/claim-check.ts';
import { createLoadChat } from '../lambda/store/conversations.ts';
import { chatKey } from '../lambda/store/keys.ts';
import { createLedger } from '../lambda/store/ledger.ts';
import { type ChatRecord, createRecords, readChat } from '../lambda/store/records.ts';
import { createRejectedBodies } from '../lambda/store/rejected.ts';
import { createListSpooled } from '../lambda/store/spool.ts';
import { collect, type Table } from '../lambda/store/table.ts';
import type { Forwarder, Replay } from './demo/forwarder/ports.ts';
import { chooseDeliveries, createReplay, createReplayRejected, type ReplayedRejected } from './replay.ts';

const maxListed = 100;

/** The running stack for the page: the table's records, and the operator's commands on them. */
export function createForwarder(deps: {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Undefined without a second source. */
  readonly fetchQueueUrl: string | undefined;
  readonly table: Table;
  readonly retentionDays: number;
  readonly killDeliver: () => Promise<void>;
}): Forwarder {
  const { table, retentionDays, fetchQueueUrl, killDeliver } = deps;
  const records = createRecords(table);
  const load = createLoadChat(table);
  const rejectedBodies = createRejectedBodies(table);
  const enqueueChat = createEnqueueChat(deps);
  const enqueue = createEnqueue({ ...deps, putClaimCheck: createPutClaimCheck(table, now) });
  const listSpooled = createListSpooled(table);
  const findSpooled = async (id: string) => (await listSpooled(maxListed)).find((each) => each.id === id);
  const replayChat = createReplay({
    ledger: createLedger(table, { retentionDays, now }),
    isStored: async (conversationId) => typeof (await load(conversationId)) === 'object',
    enqueueChat,
    now,
  });
  const replayRejected = createReplayRejected({
    ...rejectedBodies,
    validate: validateHook,
    open: createOpenMessage(createGetClaimCheck(table)),
    enqueue,
    enqueueChat,
    requestFetch: fetchQueueUrl === undefined ? undefined : createSend({ sqs: deps.sqs, queueUrl: fetchQueueUrl }),
  });

  const withDeliveries = async (chat: ChatRecord) => ({
    ...chat,
    deliveries: await records.deliveriesOf(chat.conversationId),
  });

  /** As the sweep does. */
  async function queueSpooled(id: string): Promise<Replay> {
    const spooled = await findSpooled(id);
    if (!spooled) return { conversationId: undefined, words: 'It is on the queue already.' };
    const { body, receivedAt } = await spooled.read();
    await enqueue(body, receivedAt);
    await spooled.remove();
    const validated = validateHook(body);
    return { conversationId: validated.ok ? validated.conversationId : undefined, words: 'It is on the queue now.' };
  }

  return {
    chats: async () => Promise.all((await collect(records.chats(), maxListed)).map(withDeliveries)),
    async chat(conversationId) {
      const item = await table.get(chatKey(conversationId), { consistent: true });
      const [chat] = item === undefined ? [] : readChat(item);
      return chat && withDeliveries(chat);
    },
    rejected: () => collect(records.rejected(), maxListed),
    spooled: () => listSpooled(maxListed),
    async bodyOf(id) {
      if (isSpooled(id)) {
        const spooled = await (await findSpooled(id))?.read();
        return spooled && Buffer.from(spooled.body);
      }
      if (!isChat(id)) return (await rejectedBodies.read(id))?.body;
      const stored = await load(id);
      return typeof stored === 'object' ? Buffer.from(await stored.readBody()) : undefined;
    },
    async replay(id) {
      if (isSpooled(id)) return queueSpooled(id);
      if (!isChat(id)) return rejectedAgain(await replayRejected(id));
      const { sent, left } = await replayChat(id, chooseDeliveries(await records.deliveriesOf(id)));
      const words = [
        ...(sent.length > 0 ? [`Sent again to ${sent.join(', ')}`] : []),
        ...left.map(({ destination, why }) => `The delivery to ${destination} ${why}`),
      ];
      return { conversationId: id, words: `${words.join('. ') || 'It has no delivery to send again'}.` };
    },
    killDeliver,
  };
}

const now = () => new Date();

/** Conversation ids have a colon, those of spooled hooks a hash, and those of rejected bodies neither. */
const isChat = (id: string) => id.includes(':');
const isSpooled = (id: string) => id.includes('#');

function rejectedAgain(replayed: ReplayedRejected): Replay {
  switch (replayed.kind) {
    case 'sent':
      return { conversationId: replayed.conversationId, words: 'Taken now, and on its way.' };
    case 'unknown':
      return { conversationId: undefined, words: 'It is no longer there.' };
    case 'refused':
      return { conversationId: undefined, words: `Still refused: ${replayed.refused.detail}` };
  }
}
