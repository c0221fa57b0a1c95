import type { Log } from '../platform/logger.ts';

export type SweepDependencies = {
  /** Hooks that were kept in the table because the queue was away, oldest first. */
  readonly waiting: (limit: number) => Promise<readonly WaitingHook[]>;
  /** Deliveries that were due before `before` and that nobody has come for, oldest first. */
  readonly overdue: (before: Date, limit: number) => Promise<readonly OverdueDelivery[]>;
  readonly enqueue: (body: string, receivedAt: Date) => Promise<void>;
  readonly log: Log;
  readonly now: () => Date;
};

export type WaitingHook = {
  readonly read: () => Promise<{ readonly body: string; readonly receivedAt: Date }>;
  /** Called once it is on the queue. */
  readonly remove: () => Promise<void>;
};

export type OverdueDelivery = {
  readonly conversationId: string;
  readonly destination: string;
  readonly read: () => Promise<{ readonly body: string; readonly receivedAt: Date } | undefined>;
  /** Puts off the next sweep's look at it. */
  readonly touch: () => Promise<void>;
};

/** One run takes no more than this of each; the next follows soon. */
const mostAtOnce = 100;
/** A delivery comes back by itself when it is due; one that is this late has lost its message. */
const overdueAfterMs = 60 * 60 * 1000;

/** Puts back on the queue what should be there: nothing is lost by a message that is. Safe to run at any time. */
export function createSweep({ waiting, overdue, enqueue, log, now }: SweepDependencies) {
  return async (): Promise<{ readonly waiting: number; readonly overdue: number }> => {
    const hooks = await waiting(mostAtOnce);
    for (const hook of hooks) {
      const { body, receivedAt } = await hook.read();
      await enqueue(body, receivedAt);
      await hook.remove();
    }
    const deliveries = await overdue(new Date(now().getTime() - overdueAfterMs), mostAtOnce);
    for (const { conversationId, destination, read, touch } of deliveries) {
      const stored = await read();
      if (stored !== undefined) await enqueue(stored.body, stored.receivedAt);
      else log.error('a pending delivery has no conversation any more', { conversationId, destination });
      await touch();
    }
    const found = { waiting: hooks.length, overdue: deliveries.length };
    if (found.waiting + found.overdue > 0) log.warn('swept', found);
    return found;
  };
}
