import { revisionOf } from '../../lambda/conversation/revision.ts';
import type { CrmAdapter } from '../../lambda/crm/port/adapter.ts';
import { createDeliver } from '../../lambda/deliver/batch.ts';
import { createFindChat, createStoredBeginnings } from '../../lambda/deliver/find-chat.ts';
import { createRetryPolicy } from '../../lambda/delivery/failures.ts';
import { createIdentityOf, foundBy, type IdentitySettings } from '../../lambda/mapping/identity.ts';
import type { MappingSettings } from '../../lambda/mapping/settings.ts';
import { createOpenMessage, isHeavy, referTo } from '../../lambda/queue/envelope.ts';
import { readChat, readConversation, readSources } from '../../lambda/smartsupp/body/body.ts';
import { createBeginnings } from '../../lambda/store/beginnings.ts';
import { createContactLocks } from '../../lambda/store/contacts.ts';
import { createConversations } from '../../lambda/store/conversations.ts';
import { createGetClaimCheck } from '../../lambda/store/large-bodies.ts';
import { createLedger } from '../../lambda/store/ledger.ts';
import { createIsAway } from '../../lambda/store/pace.ts';
import { createKeepRejected } from '../../lambda/store/rejected.ts';
import { createMayBeForgotten } from '../../lambda/store/restored.ts';
import type { Table } from '../../lambda/store/table.ts';
import { createChatsOf, createReceivedBetween } from '../../lambda/store/visitors.ts';
import { aDestination } from './destination.ts';
import { noFiles } from './no-files.ts';

type DeliveryOptions = {
  readonly table: Table;
  readonly now: () => Date;
  /** How a visitor is recognised, where it is not as by default. */
  readonly identity?: Partial<IdentitySettings>;
  /** Whether the REST API tells of chats, too. */
  readonly hasApi?: boolean;
  readonly crms: Readonly<
    Record<string, { readonly adapter: CrmAdapter; readonly settings?: Omit<MappingSettings, 'name'> }>
  >;
};

/** Deliver's parts as its handler puts them together, on a table of its own and a clock that is set. */
export function createDelivery({ table, now, identity, hasApi = false, crms }: DeliveryOptions) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const write = (message: string, line: Readonly<Record<string, unknown>>) => {
    lines.push({ message, ...line });
  };
  /** What deliver put back on the queue. */
  const requeued: string[] = [];
  const deviations: string[] = [];
  let healed = 0;
  const options = { retentionDays: 30, now };
  const identityOf = createIdentityOf({ variables: { phone: 'phone' }, contactFromWords: true, ...identity });
  const open = createOpenMessage(createGetClaimCheck(table));
  const ledger = createLedger(table, { ...options, sleep: async () => {} });
  const conversations = createConversations(table, options);
  const beginnings = createBeginnings(table, options);
  const receivedBetween = createReceivedBetween(table);
  const storedBeginnings = createStoredBeginnings({
    receivedBetween,
    load: conversations.load,
    readSources,
    identityOf,
  });
  const log = { info: write, warn: write, error: write };
  const findChat = createFindChat({ beginnings, storedBeginnings, log });
  const deadline = () => new Date(now().getTime() + 30_000);
  const deliver = createDeliver({
    open,
    isHeavy,
    identityOf,
    read: readChat,
    fetchFile: noFiles,
    reportDeviations: async (_conversationId, found) => void deviations.push(...found),
    keepUnreadable: createKeepRejected(table, { ...options, dailyBytes: null }),
    conversations,
    bothSources: hasApi ? { findChat, forget: beginnings.forget } : undefined,
    ledger,
    isAway: createIsAway(table, now),
    mayBeForgotten: createMayBeForgotten(table),
    contactLocks: createContactLocks(table, options),
    chatsOf: createChatsOf(table),
    enqueueChat: async (conversationId, destinations) => {
      requeued.push(referTo(conversationId, destinations));
    },
    destinations: Promise.all(
      Object.entries(crms).map(([name, { adapter, settings = {} }]) => aDestination(adapter, { name, settings, now })),
    ),
    retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
    log,
    metrics: {
      count: (name) => {
        if (name === 'Healed') healed += 1;
      },
    },
    now,
  });
  return {
    lines,
    ledger,
    requeued,
    /** How many chats only reconcile has brought. */
    healed: () => healed,
    /** What was reported as not documented. */
    deviations,
    /** Stores a hook's chat, and delivers it nowhere. */
    save: async (message: string) => {
      const opened = await open(message);
      const conversation = opened.kind === 'hook' ? readConversation(opened.body) : undefined;
      if (opened.kind !== 'hook' || conversation === undefined) throw new Error('The message is no chat.');
      const { body, receivedAt } = opened;
      const revision = revisionOf(conversation, receivedAt, body);
      return conversations.save({
        conversation,
        revision,
        foundBy: foundBy(await identityOf(conversation)),
        body,
        receivedAt,
      });
    },
    deliver: async (message: string) => deliver([message], deadline())[0],
    deliverAll: (messages: readonly string[]) => Promise.all(deliver(messages, deadline())),
  };
}
