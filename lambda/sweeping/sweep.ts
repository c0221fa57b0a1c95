import { errorFields, type Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';

export type SweepDependencies = {
  /** Hooks that were kept in the table because the queue was away, oldest first. */
  readonly waiting: (limit: number) => Promise<readonly WaitingHook[]>;
  /** Deliveries that were due before `before` and that nobody has come for, oldest first. */
  readonly overdue: (before: Date, limit: number) => Promise<readonly OverdueDelivery[]>;
  /** Puts it on the queue for those destinations alone; where none are named, for all. */
  readonly enqueue: (body: string, receivedAt: Date, destinations?: readonly string[]) => Promise<void>;
  /** The names of those that are configured. */
  readonly destinations: readonly string[];
  readonly takeStock: () => Promise<Stock>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
};

/** How matters stand at the destinations that are configured, when nothing is left to put back. */
export type Stock = {
  readonly parked: number;
  readonly pending: number;
  /** Since when the oldest of the pending deliveries has been attempted. */
  readonly pendingSince: Date | undefined;
};

type StoredHook = { readonly body: string; readonly receivedAt: Date };

export type WaitingHook = {
  /** Where it lies, for the log. */
  readonly id: string;
  readonly read: () => Promise<StoredHook>;
  /** Called once it is on the queue. */
  readonly remove: () => Promise<void>;
};

export type OverdueDelivery = {
  readonly conversationId: string;
  readonly destination: string;
  /** Undefined where the conversation is not kept any more. */
  readonly read: () => Promise<StoredHook | undefined>;
  /** Puts off the next sweep's look at it. */
  readonly touch: () => Promise<void>;
  /** Sets it aside for whoever may want it, unless it was attempted meanwhile. */
  readonly park: (reason: string) => Promise<void>;
  /** Removes what is left of a conversation that is not kept any more, unless it was attempted meanwhile. */
  readonly forget: () => Promise<void>;
};

/** How many hooks and deliveries were put back on the queue, and how many deliveries parked. */
type Swept = { readonly waiting: number; readonly overdue: number; readonly orphaned: number };

const orphaned = (destination: string) =>
  `Its destination is not configured any more. Put it back and run npx forwarder replay --destination ${destination}.`;

/** One run takes no more than this of each, well within its time; the next follows soon. */
const mostAtOnce = 500;
/** A delivery comes back by itself when it is due; one that is this late has lost its message. */
const overdueAfterMs = 60 * 60 * 1000;

/**
 * Puts back on the queue what should be there: nothing is lost by a message that is. What was on its way to a destination
 * that is not configured any more is parked, since nobody would come for it. Then it measures how matters stand: the
 * alarms go by that. Safe to run at any time.
 * @throws what the queue throws; the next run goes on from there
 */
export function createSweep(dependencies: SweepDependencies) {
  const { waiting, overdue, enqueue, destinations, takeStock, metrics, log, now } = dependencies;
  const isConfigured = ({ destination }: OverdueDelivery) => destinations.includes(destination);

  /** One that cannot be read is told, and holds no other back. */
  const putBack = async (
    read: () => Promise<StoredHook | undefined>,
    which: Readonly<Record<string, string>>,
    meant?: readonly string[],
  ): Promise<'sent' | 'gone' | 'unreadable'> => {
    const stored = await read().catch((error: unknown) => {
      log.error('what should be put back on the queue cannot be read', { ...which, ...errorFields(error) });
      return 'unreadable' as const;
    });
    if (stored === 'unreadable') return stored;
    if (stored === undefined) return 'gone';
    await enqueue(stored.body, stored.receivedAt, meant);
    return 'sent';
  };

  const putAllBack = async () => {
    const hooks = await waiting(mostAtOnce);
    for (const { id, read, remove } of hooks) {
      if ((await putBack(read, { waitingId: id })) === 'sent') await remove();
    }
    const late = await overdue(new Date(now().getTime() - overdueAfterMs), mostAtOnce);
    const deliveries = late.filter(isConfigured);
    for (const { conversationId, destination, read, touch, forget } of deliveries) {
      const put = await putBack(read, { conversationId, destination }, [destination]);
      await (put === 'gone' ? forget() : touch());
    }
    const orphans = late.filter((delivery) => !isConfigured(delivery));
    for (const { destination, park } of orphans) await park(orphaned(destination));
    const found = { waiting: hooks.length, overdue: deliveries.length, orphaned: orphans.length };
    if (found.waiting + found.overdue + found.orphaned > 0) {
      log.warn('swept', found);
      metrics.count('SweptWaiting', found.waiting);
      metrics.count('SweptOverdue', found.overdue);
    }
    return found;
  };

  const measure = async () => {
    const { parked, pending, pendingSince = now() } = await takeStock();
    metrics.count('ParkedNow', parked);
    metrics.count('PendingNow', pending);
    metrics.count('OldestPendingSeconds', Math.max(0, now().getTime() - pendingSince.getTime()) / 1000);
    metrics.flush();
  };

  return async (): Promise<Swept> => {
    try {
      return await putAllBack();
    } finally {
      // Whether the queue is there or not: it is the table that is measured.
      await measure();
    }
  };
}
