import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Delivery } from '../../lambda/delivery/delivery.ts';
import { createOpenMessage } from '../../lambda/queue/envelope.ts';
import { createEnqueue, createEnqueueChat, createSend } from '../../lambda/queue/queue.ts';
import { createLoadChat } from '../../lambda/store/conversations.ts';
import { chatKey } from '../../lambda/store/keys.ts';
import { createGetClaimCheck, createPutClaimCheck } from '../../lambda/store/large-bodies.ts';
import { createLedger } from '../../lambda/store/ledger.ts';
import {
  type ChatRecord,
  createRecords,
  type RejectedRecord,
  readChat,
  rejectedStates,
} from '../../lambda/store/records.ts';
import { createRejectedBodies } from '../../lambda/store/rejected.ts';
import { createListSpooled, type ListedHook } from '../../lambda/store/spool.ts';
import { collect, type Table } from '../../lambda/store/table.ts';
import {
  chooseDeliveries,
  createChangeDismissal,
  createReplay,
  createReplayRejected,
  type DismissalResult,
  type ReplayedRejected,
  validateBody,
} from './actions.ts';
import { readVisitors } from './visitors.ts';

export type ChatStatus = ChatRecord & {
  readonly deliveries: readonly Delivery[];
  /** The visitor's name, else their address or number. */
  readonly visitor: string | null;
};

/** A deployment as an operator sees it, with what they can do about it. */
export type Forwarder = {
  /** The chats that were received last, newest first. */
  readonly chats: () => Promise<readonly ChatStatus[]>;
  readonly chat: (conversationId: string) => Promise<ChatStatus | undefined>;
  /** Newest first, including dismissed ones. */
  readonly rejected: () => Promise<readonly RejectedRecord[]>;
  /** Accepted hooks that wait for the queue, oldest first. */
  readonly spooled: () => Promise<readonly Pick<ListedHook, 'id' | 'receivedAt'>[]>;
  /** The body of a chat, or a rejected or spooled body, as it came. Undefined if it is not there, or not any more. */
  readonly bodyOf: (id: string) => Promise<Uint8Array | undefined>;
  /** Sends a chat or a rejected body again, or puts a spooled one on the queue. */
  readonly replay: (id: string) => Promise<Replay>;
  /** Marks what is parked, held or rejected as seen. Returns a sentence for the person who asked. */
  readonly dismiss: (id: string, reason: string) => Promise<string>;
  readonly undoDismissal: (id: string) => Promise<string>;
};

/** The chat that is on its way again, if any, and a sentence for the person who asked. */
type Replay = { readonly conversationId: string | undefined; readonly words: string };

const maxListed = 100;

/** Where a deployment's chats are. */
type TableAndQueues = {
  readonly table: Table;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Undefined without a second source. */
  readonly fetchQueueUrl: string | undefined;
  readonly retentionDays: number;
};

/** What an operator can do about a deployment's chats and rejected bodies. */
export function createActions({ table, sqs, queueUrl, fetchQueueUrl, retentionDays }: TableAndQueues) {
  const load = createLoadChat(table);
  const ledger = createLedger(table, { retentionDays, now });
  const bodies = createRejectedBodies(table);
  const enqueueChat = createEnqueueChat({ sqs, queueUrl });
  const enqueue = createEnqueue({ sqs, queueUrl, putClaimCheck: createPutClaimCheck(table, now) });
  return {
    enqueue,
    replay: createReplay({
      ledger,
      isStored: async (conversationId) => typeof (await load(conversationId)) === 'object',
      enqueueChat,
      now,
    }),
    replayRejected: createReplayRejected({
      ...bodies,
      validate: validateBody,
      open: createOpenMessage(createGetClaimCheck(table)),
      enqueue,
      enqueueChat,
      requestFetch: fetchQueueUrl === undefined ? undefined : createSend({ sqs, queueUrl: fetchQueueUrl }),
    }),
    changeDismissal: createChangeDismissal({ records: createRecords(table), ledger, bodies, now }),
  };
}

type ForwarderOptions = TableAndQueues & {
  /** The name that a dismissal is signed with. */
  readonly operator: () => Promise<string>;
};

/** A deployment's table and queue, on AWS or here, as an operator sees and uses them. */
export function createForwarder({ operator, ...where }: ForwarderOptions): Forwarder {
  const { table } = where;
  const records = createRecords(table);
  const load = createLoadChat(table);
  const rejectedBodies = createRejectedBodies(table);
  const listSpooled = createListSpooled(table);
  const findSpooled = async (id: string) => (await listSpooled(maxListed)).find((each) => each.id === id);
  const { enqueue, replay, replayRejected, changeDismissal } = createActions(where);

  async function withDeliveries(chats: readonly ChatRecord[]): Promise<readonly ChatStatus[]> {
    const ids = chats.map(({ conversationId }) => conversationId);
    const visitors = await readVisitors(table, ids);
    return Promise.all(
      chats.map(async (chat) => ({
        ...chat,
        visitor: visitors.get(chat.conversationId)?.name ?? null,
        deliveries: await records.deliveriesOf(chat.conversationId),
      })),
    );
  }

  /** As the sweep does. */
  async function queueSpooled(id: string): Promise<Replay> {
    const spooled = await findSpooled(id);
    if (!spooled) return { conversationId: undefined, words: 'It is on the queue already.' };
    const { body, receivedAt } = await spooled.read();
    await enqueue(body, receivedAt);
    await spooled.remove();
    const validated = validateBody(body);
    return { conversationId: validated.ok ? validated.conversationId : undefined, words: 'It is on the queue now.' };
  }

  return {
    chats: async () => withDeliveries(await collect(records.chats(), maxListed)),
    async chat(conversationId) {
      const item = await table.get(chatKey(conversationId));
      const [chat] = await withDeliveries(item === undefined ? [] : readChat(item));
      return chat;
    },
    rejected: () => collect(records.rejected({ states: rejectedStates }), maxListed),
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
      const { sent, left } = await replay(id, chooseDeliveries(await records.deliveriesOf(id)));
      const words = [
        ...(sent.length > 0 ? [`Sent again to ${sent.join(', ')}`] : []),
        ...left.map(({ destination, why }) => `The delivery to ${destination} ${why}`),
      ];
      return { conversationId: id, words: `${words.join('. ') || 'It has no delivery to send again'}.` };
    },
    dismiss: async (id, reason) => {
      const changed = await changeDismissal(id, { by: await operator(), reason });
      return dismissedWords(changed, 'Dismissed', 'It was not dismissed');
    },
    undoDismissal: async (id) =>
      dismissedWords(await changeDismissal(id, undefined), 'No longer dismissed', 'It stays dismissed'),
  };
}

const now = () => new Date();

function dismissedWords(results: readonly DismissalResult[], done: string, left: string): string {
  const changed = results.filter(({ why }) => why === null);
  if (changed.length === 0) return `${left}: ${results.map(whyText).join(', ') || 'there is nothing to dismiss'}.`;
  const where = changed.flatMap(({ destination }) => destination ?? []);
  return `${done}${where.length === 0 ? '' : ` at ${where.join(', ')}`}.`;
}

const whyText = ({ destination, why }: DismissalResult) => `${destination ?? 'it'} ${why}`;

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
