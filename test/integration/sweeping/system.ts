import { randomUUID } from 'node:crypto';
import { createReplay } from '../../../cli/commands/replay/replay-job.ts';
import type { CrmAdapter } from '../../../lambda/crm/adapter.ts';
import { oneByOne } from '../../../lambda/crm/batches/batch.ts';
import { CrmError } from '../../../lambda/crm/errors.ts';
import { createDeliverer } from '../../../lambda/delivering/deliverer.ts';
import { createRetryPolicy } from '../../../lambda/delivering/retry-policy.ts';
import type { MetricName } from '../../../lambda/platform/metric-names.ts';
import type { Metrics } from '../../../lambda/platform/metrics.ts';
import { isHeavy, seal, unseal } from '../../../lambda/queue/envelope.ts';
import { readConversation } from '../../../lambda/smartsupp/recognise.ts';
import { createContacts } from '../../../lambda/store/contacts.ts';
import { createConversations, createReadBody } from '../../../lambda/store/conversations.ts';
import { createLedger, createWriteFirst } from '../../../lambda/store/ledger.ts';
import { createListOverdue } from '../../../lambda/store/overdue.ts';
import { createGetOverflow, createPutOverflow } from '../../../lambda/store/overflow.ts';
import { createKeepRejected } from '../../../lambda/store/rejected.ts';
import { createTakeStock } from '../../../lambda/store/stock.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { createChatsOf } from '../../../lambda/store/visitors.ts';
import { createKeepWaiting, createListWaiting } from '../../../lambda/store/waiting.ts';
import { createSweep, type SweepDependencies } from '../../../lambda/sweeping/sweep.ts';
import { aTarget } from '../../support/target.ts';

/** A queue in memory over the real table, a CRM that makes a note each time it is asked to, and who works on them. */
export function createSystem(table: Table) {
  let clock = new Date('2026-05-01T08:00:00Z');
  const now = () => clock;
  const queue: string[] = [];
  const notes: string[] = [];
  const trouble = { queueIsAway: false, crmIsAway: false };
  const lines: Readonly<Record<string, unknown>>[] = [];
  const write = (message: string, line: Readonly<Record<string, unknown>>) => {
    lines.push({ message, ...line });
  };
  const log = { info: () => {}, warn: write, error: write };
  /** What the last sweep measured. */
  let measured: Partial<Record<MetricName, number>> = {};
  const metrics: Metrics = {
    count: (name, value = 1) => {
      measured[name] = (measured[name] ?? 0) + value;
    },
    flush: () => {},
  };

  const putOverflow = createPutOverflow(table, now);
  const options = { retentionDays: 30, now };
  const ledger = createLedger(table, options);
  const enqueue = async (body: string, receivedAt: Date, destinations?: readonly string[]) => {
    if (trouble.queueIsAway) throw new Error('the queue is away');
    queue.push(await seal(body, receivedAt, putOverflow, destinations));
  };
  const adapter: CrmAdapter = {
    logConversations: oneByOne(async ({ conversation }) => {
      if (trouble.crmIsAway) throw new CrmError('busy', { kind: 'retryable' });
      return String(notes.push(conversation.id));
    }),
    updateConversation: async (_entry, logId) => logId,
    check: async () => [],
  };
  const deliver = createDeliverer({
    newId: randomUUID,
    open: (message) => unseal(message, createGetOverflow(table)),
    isHeavy,
    read: readConversation,
    phoneOf: async () => null,
    chatsOf: createChatsOf(table),
    readBody: createReadBody(table),
    enqueue,
    keepUnreadable: createKeepRejected(table, { ...options, dailyBytes: null }),
    conversations: createConversations(table, options),
    ledger,
    writeFirst: createWriteFirst(table, options),
    contacts: createContacts(table, options),
    targets: aTarget(adapter, { now }).then((target) => [target]),
    retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    metrics,
    now,
  });
  const waiting = createListWaiting(table);
  const readBody = createReadBody(table);

  return {
    queue,
    notes,
    lines,
    trouble,
    now,
    waiting,
    /** What receive does while the queue is away. */
    keepWaiting: createKeepWaiting(table),
    enqueue,
    stateOf: (conversationId: string) => ledger.read(conversationId, 'crm'),
    replay: createReplay({ ledger, readBody, enqueue, now }),
    pass: (minutes: number) => {
      clock = new Date(clock.getTime() + minutes * 60_000);
    },
    sweep: (parts: Partial<SweepDependencies> = {}) => {
      const overdue = createListOverdue(table, { readBody, ledger, now });
      const { destinations = ['crm'] } = parts;
      const takeStock = createTakeStock(table, destinations);
      measured = {};
      return createSweep({ waiting, overdue, enqueue, destinations, takeStock, metrics, log, now, ...parts })();
    },
    measured: () => measured,
    /** Hands out what is on the queue; what is not done with is lost, as a message is that expired. */
    deliverAll: async () => {
      const messages = queue.splice(0).map((text) => ({ text, isAgain: false }));
      await Promise.all(deliver(messages, new Date(clock.getTime() + 60_000)));
    },
  };
}
