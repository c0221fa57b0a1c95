import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';

export type SweepDependencies = {
  /** Hooks that were kept in the table because the queue was away, oldest first. */
  readonly waiting: (limit: number) => Promise<readonly WaitingHook[]>;
  /** Deliveries that were due before `before` and that nobody has come for, oldest first. */
  readonly overdue: (before: Date, limit: number) => Promise<readonly OverdueDelivery[]>;
  readonly enqueue: (body: string, receivedAt: Date) => Promise<void>;
  readonly takeStock: () => Promise<Stock>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
};

/** How matters stand, when nothing is left to put back. */
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
  readonly read: () => Promise<StoredHook>;
  /** Puts off the next sweep's look at it. */
  readonly touch: () => Promise<void>;
};

/** One run takes no more than this of each, well within its time; the next follows soon. */
const mostAtOnce = 500;
/** A delivery comes back by itself when it is due; one that is this late has lost its message. */
const overdueAfterMs = 60 * 60 * 1000;

/**
 * Puts back on the queue what should be there: nothing is lost by a message that is. Then it measures how matters stand:
 * the alarms go by that. Safe to run at any time.
 * @throws what the queue throws; the next run goes on from there
 */
export function createSweep(dependencies: SweepDependencies) {
  const { waiting, overdue, enqueue, takeStock, metrics, log, now } = dependencies;

  /** One that cannot be read is told, and holds no other back. */
  const putBack = async (read: () => Promise<StoredHook>, which: Readonly<Record<string, string>>) => {
    const stored = await read().catch((error: unknown) => {
      const name = error instanceof Error ? error.name : typeof error;
      log.error('what should be put back on the queue cannot be read', { ...which, error: name });
      return undefined;
    });
    if (stored === undefined) return false;
    await enqueue(stored.body, stored.receivedAt);
    return true;
  };

  const putAllBack = async () => {
    const hooks = await waiting(mostAtOnce);
    for (const { id, read, remove } of hooks) {
      if (await putBack(read, { waitingId: id })) await remove();
    }
    const deliveries = await overdue(new Date(now().getTime() - overdueAfterMs), mostAtOnce);
    for (const { conversationId, destination, read, touch } of deliveries) {
      await putBack(read, { conversationId, destination });
      await touch();
    }
    const found = { waiting: hooks.length, overdue: deliveries.length };
    if (found.waiting + found.overdue > 0) {
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

  return async (): Promise<{ readonly waiting: number; readonly overdue: number }> => {
    try {
      return await putAllBack();
    } finally {
      // Whether the queue is there or not: it is the table that is measured.
      await measure();
    }
  };
}
