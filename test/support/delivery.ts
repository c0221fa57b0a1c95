import { randomUUID } from 'node:crypto';
import { contentHash } from '../../lambda/conversation/content-hash.ts';
import { revisionOf } from '../../lambda/conversation/revision.ts';
import type { CrmAdapter } from '../../lambda/crm/adapter.ts';
import { createDeliverer } from '../../lambda/delivering/deliverer.ts';
import { createRetryPolicy } from '../../lambda/delivering/retry-policy.ts';
import { createPhoneOf } from '../../lambda/mapping/phone.ts';
import type { MappingSettings } from '../../lambda/mapping/settings.ts';
import { isHeavy, seal, unseal } from '../../lambda/queue/envelope.ts';
import { readConversation } from '../../lambda/smartsupp/recognise.ts';
import { createContacts } from '../../lambda/store/contacts.ts';
import { createConversations, createReadBody } from '../../lambda/store/conversations.ts';
import { createLedger, createWriteFirst } from '../../lambda/store/ledger.ts';
import { createGetOverflow, createPutOverflow } from '../../lambda/store/overflow.ts';
import { createKeepRejected } from '../../lambda/store/rejected.ts';
import type { Table } from '../../lambda/store/table.ts';
import { createChatsOf } from '../../lambda/store/visitors.ts';
import { aTarget } from './target.ts';

type DeliveryOptions = {
  readonly table: Table;
  readonly now: () => Date;
  readonly crms: Readonly<
    Record<string, { readonly adapter: CrmAdapter; readonly settings?: Omit<MappingSettings, 'name'> }>
  >;
};

/** Deliver's parts as its handler puts them together, on a table of its own and a clock that is set. */
export function createDelivery({ table, now, crms }: DeliveryOptions) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const write = (message: string, line: Readonly<Record<string, unknown>>) => {
    lines.push({ message, ...line });
  };
  /** What deliver put back on the queue. */
  const requeued: string[] = [];
  const options = { retentionDays: 30, now };
  const getOverflow = createGetOverflow(table);
  const ledger = createLedger(table, options);
  const conversations = createConversations(table, options);
  const deadline = () => new Date(now().getTime() + 30_000);
  const deliver = createDeliverer({
    newId: randomUUID,
    open: (message) => unseal(message, getOverflow),
    isHeavy,
    phoneOf: createPhoneOf('phone'),
    read: readConversation,
    keepUnreadable: createKeepRejected(table, { ...options, dailyBytes: null }),
    conversations,
    ledger,
    writeFirst: createWriteFirst(table, options),
    contacts: createContacts(table, options),
    chatsOf: createChatsOf(table),
    readBody: createReadBody(table),
    enqueue: async (body, receivedAt) => {
      requeued.push(await seal(body, receivedAt, createPutOverflow(table, now)));
    },
    targets: Promise.all(
      Object.entries(crms).map(([name, { adapter, settings = {} }]) => aTarget(adapter, { name, settings, now })),
    ),
    retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
    log: { info: write, warn: write, error: write },
    metrics: { count: () => {} },
    now,
  });
  return {
    lines,
    ledger,
    requeued,
    /** For no destination. */
    record: async (message: string) => {
      const opened = await unseal(message, getOverflow);
      const conversation = opened.ok ? readConversation(opened.body) : undefined;
      if (!opened.ok || conversation === undefined) throw new Error('The message is no chat.');
      const { body, receivedAt } = opened;
      const revision = revisionOf(conversation, receivedAt);
      const copy = { conversation, contentHash: contentHash(conversation), revision };
      const firstAttempts = {
        by: 'somebody',
        destinations: [],
        at: now().toISOString(),
        until: deadline().toISOString(),
      };
      return conversations.record({ ...copy, phone: null, body, receivedAt, firstAttempts, isLikelyKept: false });
    },
    deliver: async (message: string) => deliver([handedOut(message)], deadline())[0],
    deliverAll: (messages: readonly string[]) => Promise.all(deliver(messages.map(handedOut), deadline())),
  };
}

const handedOut = (text: string) => ({ text, isAgain: false });
