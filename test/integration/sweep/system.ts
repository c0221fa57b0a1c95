import { createReplay } from '../../../inspector/forwarder/actions.ts';
import type { EnqueueChat } from '../../../lambda/delivery/ports.ts';
import { createReleaseChat, createReleaseHeld } from '../../../lambda/delivery/release-held.ts';
import type { MetricName, Metrics } from '../../../lambda/platform/metrics.ts';
import { referTo, seal } from '../../../lambda/queue/envelope.ts';
import {
  createCountHeld,
  createListDue,
  createListHeld,
  createListHoldOver,
  createMeasureBacklog,
  createSilentSince,
} from '../../../lambda/store/backlog.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createPutClaimCheck } from '../../../lambda/store/large-bodies.ts';
import { createPaces } from '../../../lambda/store/pace.ts';
import { createListSpooled, createSpool } from '../../../lambda/store/spool.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { createChatsOf } from '../../../lambda/store/visitors.ts';
import { createSweep, type SweepDependencies } from '../../../lambda/sweep/sweep.ts';
import { createDelivery } from '../../support/delivery.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';

/** A queue in memory over the real table, a CRM in memory, and the functions that work on them. */
export function createSystem(table: Table) {
  let clock = new Date('2026-05-01T08:00:00Z');
  const now = () => clock;
  /** Each message with the time until which it is hidden. */
  let queue: readonly { readonly message: string; readonly hiddenUntil: Date }[] = [];
  const trouble = { queueIsAway: false };
  const lines: Readonly<Record<string, unknown>>[] = [];
  const write = (message: string, line: Readonly<Record<string, unknown>>) => {
    lines.push({ message, ...line });
  };
  /** What the last sweep measured. */
  let measured: Partial<Record<MetricName, number>> = {};
  const metrics: Metrics = {
    count: (name, value = 1) => {
      measured[name] = (measured[name] ?? 0) + value;
    },
    flush: () => {},
  };
  let sent = 0;
  const send = (message: string) => {
    if (trouble.queueIsAway) throw new Error('the queue is away');
    sent += 1;
    queue = [...queue, { message, hiddenUntil: now() }];
  };
  const putClaimCheck = createPutClaimCheck(table, now);
  const enqueue = async (body: string, receivedAt: Date) => send(await seal(body, receivedAt, putClaimCheck));
  const enqueueChat: EnqueueChat = async (conversationId, destinations) => send(referTo(conversationId, destinations));

  const crm = createMemoryCrm();
  const { deliver, ledger, requeued, save } = createDelivery({ table, now, crms: { crm } });
  const { load } = createConversations(table, { retentionDays: 30 });
  const spooled = createListSpooled(table);

  return {
    crm,
    lines,
    trouble,
    now,
    spooled,
    /** What receive does while the queue is away. */
    spool: createSpool(table),
    enqueue,
    /** Stores a chat, as a process does that dies before it delivers it. */
    saveAlone: async (body: string) => save(await seal(body, now(), putClaimCheck)),
    stateOf: (conversationId: string) => ledger.read(conversationId, 'crm'),
    replay: createReplay({
      ledger,
      isStored: async (conversationId) => typeof (await load(conversationId)) === 'object',
      enqueueChat,
      now,
    }),
    pass: (minutes: number) => {
      clock = new Date(clock.getTime() + minutes * 60_000);
    },
    sweep: (parts: Partial<SweepDependencies> = {}) => {
      const { destinations = ['crm'] } = parts;
      measured = {};
      return createSweep({
        spooled,
        enqueue,
        listDue: createListDue(table, ledger, now),
        slowMs: 3_000,
        paces: createPaces(table),
        enqueueChat,
        sleep: async (milliseconds) => {
          clock = new Date(clock.getTime() + milliseconds);
        },
        listHeld: createListHeld(table),
        listHoldOver: createListHoldOver(table, { destinations, now }),
        releaseChat: createReleaseChat({ ledger, enqueueChat, now }),
        chatsOf: createChatsOf(table),
        releaseHeld: createReleaseHeld({ ledger, enqueueChat, now }),
        destinations,
        measureBacklog: createMeasureBacklog(table, destinations),
        countHeld: createCountHeld(table, destinations),
        silentSince: createSilentSince(table, now),
        timezone: 'Europe/Prague',
        metrics,
        log: { info: () => {}, warn: write, error: write },
        now,
        ...parts,
      })(new Date(now().getTime() + 45_000));
    },
    measured: () => measured,
    messages: () => queue.map(({ message }) => message),
    sent: () => sent,
    /** As messages are lost that have lain on the queue for too long. */
    loseMessages: () => {
      queue = [];
    },
    /** Hands out what is visible; hides what is not done with for as long as deliver asks for. */
    deliverVisible: async () => {
      const visible = queue.filter(({ hiddenUntil }) => hiddenUntil <= now());
      queue = queue.filter(({ hiddenUntil }) => hiddenUntil > now());
      for (const { message } of visible) {
        const redelivery = await deliver(message);
        if (redelivery !== undefined) queue = [...queue, { message, hiddenUntil: redelivery.at }];
      }
      queue = [...queue, ...requeued.splice(0).map((message) => ({ message, hiddenUntil: now() }))];
    },
  };
}
