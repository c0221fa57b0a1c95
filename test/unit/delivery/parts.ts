import type { CrmAdapter } from '../../../lambda/crm/port/adapter.ts';
import { createDeliver, type DeliverDependencies } from '../../../lambda/deliver/batch.ts';
import { createRetryPolicy } from '../../../lambda/delivery/failures.ts';
import { createOpenMessage, referTo, seal } from '../../../lambda/queue/envelope.ts';
import { readChat } from '../../../lambda/smartsupp/body.ts';
import { createListDue, createListHeld } from '../../../lambda/store/backlog.ts';
import { createContactLocks } from '../../../lambda/store/contacts.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { deliveryKey } from '../../../lambda/store/keys.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { readDelivery } from '../../../lambda/store/lists.ts';
import { createIsStopped } from '../../../lambda/store/pace.ts';
import { createMayBeForgotten } from '../../../lambda/store/restored.ts';
import { createChatsOf } from '../../../lambda/store/visitors.ts';
import { identityOf } from '../../fixtures/identity.ts';
import { type Ask, createDynamoDb, simulatedTable } from '../../simulation/dynamodb.ts';
import { aDestination } from '../../support/destination.ts';
import { noFiles } from '../../support/no-files.ts';

const retentionDays = 30;
const nowhere = () => Promise.reject(new Error('Nothing here is too large for the queue.'));

/** A clock that is set. */
export function createClock() {
  let time = Date.parse('2026-05-04T08:00:00Z');
  return {
    now: () => new Date(time),
    inSeconds: (seconds: number) => new Date(time + seconds * 1000),
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
  };
}

/** A chat as the hook brings it. */
export function aHook(
  channel: number,
  {
    words = ['Hello'],
    email = `v${channel}@example.com`,
    visitor = channel,
  }: Partial<{
    readonly words: readonly string[];
    readonly email: string | null;
    readonly visitor: number;
  }> = {},
): string {
  const messages = words.map((content) => ({ type: 'visitor', content }));
  return JSON.stringify({ accountId: 1, channel: { id: channel }, visitor: { id: visitor, email }, messages });
}

/** One table and what processes that deliver are made of, all in memory. */
export function createParts(now: () => Date, ask: Ask = async (_what, effect) => effect()) {
  const dynamo = createDynamoDb({ now: () => now().getTime(), lagMs: () => 0 });
  const table = simulatedTable(dynamo, ask);
  const ledger = createLedger(table, { retentionDays, now, sleep: async () => {} });
  const stores = {
    ledger,
    conversations: createConversations(table, { retentionDays }),
    isStopped: createIsStopped(table, now),
    mayBeForgotten: createMayBeForgotten(table),
    contactLocks: createContactLocks(table, { retentionDays, now }),
    chatsOf: createChatsOf(table),
    listDue: createListDue(table, ledger, now),
    listHeld: createListHeld(table),
  };
  const requeued: string[] = [];
  const lines: Readonly<Record<string, unknown>>[] = [];
  const write = (message: string, line: object) => void lines.push({ message, ...line });

  /** A process with these CRMs; undefined for a message that is done with, else when it comes back. */
  const startProcess = (crms: Readonly<Record<string, CrmAdapter>>, parts: Partial<DeliverDependencies> = {}) => {
    const deliver = createDeliver({
      ...stores,
      open: createOpenMessage(nowhere),
      isHeavy: () => false,
      read: readChat,
      fetchFile: noFiles,
      reportDeviations: async () => {},
      identityOf,
      enqueueChat: async (conversationId, destinations) => void requeued.push(referTo(conversationId, destinations)),
      keepUnreadable: async () => undefined,
      destinations: Promise.all(Object.entries(crms).map(([name, adapter]) => aDestination(adapter, { name, now }))),
      retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
      log: { info: write, warn: write, error: write },
      metrics: { count: () => {} },
      now,
      ...parts,
    });
    return (messages: readonly string[]) => deliver(messages, new Date(now().getTime() + 60_000));
  };

  return {
    ...stores,
    startProcess,
    lines,
    /** What was put back on the queue. */
    requeued,
    seal: (hook: string) => seal(hook, now(), nowhere),
    deliveryOf: (channel: number, destination = 'crm') =>
      readDelivery(dynamo.get(deliveryKey(`1:${channel}`, destination), true)),
  };
}
