import type { ChatsOf, EnqueueChat, VisitorChat } from '../delivery/ports.ts';
import { errorFields, type Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { businessHoursSince } from './silence.ts';

export type SweepDependencies = {
  /** Hooks that were spooled while the queue was unavailable, oldest first. */
  readonly spooled: (limit: number) => Promise<readonly SpooledHook[]>;
  readonly enqueue: (body: string, receivedAt: Date) => Promise<void>;
  /** Pending deliveries that were due before then, longest overdue first. */
  readonly listDue: (before: Date, limit: number) => Promise<readonly DueDelivery[]>;
  readonly enqueueChat: EnqueueChat;
  readonly listHeld: (since: Date, limit: number) => Promise<readonly HeldDelivery[]>;
  /** Of the configured destinations: deliveries whose hold is over. */
  readonly listHoldOver: (limit: number) => Promise<readonly HoldOver[]>;
  readonly releaseOne: (held: HoldOver) => Promise<unknown>;
  readonly chatsOf: ChatsOf;
  readonly releaseHeld: (chats: readonly VisitorChat[], destinations: readonly string[]) => Promise<unknown>;
  readonly destinations: readonly string[];
  readonly measureBacklog: () => Promise<Backlog>;
  readonly countHeld: () => Promise<number>;
  /** When the latest chat came; the first run, if none ever did. */
  readonly silentSince: () => Promise<Date>;
  /** Up to when reconcile has looked; undefined if it never ran, absent if it is turned off. */
  readonly reconciledUntil?: (() => Promise<Date | undefined>) | undefined;
  readonly timezone: string;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
};

/** At the configured destinations. */
export type Backlog = {
  readonly parked: number;
  readonly pending: number;
  /** When the oldest pending delivery was first attempted, or the oldest spooled hook was received. */
  readonly pendingSince: Date | undefined;
};

export type SpooledHook = {
  /** Its partition key, for the log. */
  readonly id: string;
  readonly read: () => Promise<{ readonly body: string; readonly receivedAt: Date }>;
  readonly remove: () => Promise<void>;
};

export type DueDelivery = {
  readonly conversationId: string;
  readonly destination: string;
  /**
   * Due again at that time. Undefined if it was attempted in between; else what makes it due again as it was.
   */
  readonly relist: (at: Date) => Promise<(() => Promise<void>) | undefined>;
  readonly park: (reason: string) => Promise<void>;
};

export type HeldDelivery = {
  readonly destination: string;
  /** From `accountVisitor`. */
  readonly heldFor: string;
};

export type HoldOver = { readonly conversationId: string; readonly destination: string };

type Swept = { readonly spooled: number; readonly due: number; readonly orphaned: number };

const orphanReason = (destination: string) =>
  `Its destination is not configured any more. Put it back and run npx forwarder replay --destination ${destination}.`;

const pageSize = 500;
const maxHeld = 500;
const concurrency = 25;
/** A message that is hidden for a short wait returns by itself. After this long, assume that there is none. */
const lateMs = 60_000;
/** How long to wait for the queue before sending another message. */
const enqueueAgainMs = 15 * 60_000;
/** Covers chats that were held before an index showed the one that identifies their visitor. */
const recentlyHeldMs = 15 * 60_000;

/**
 * Runs every minute, and is safe to run at any time; it begins nothing new after `until`. Requeues what is due, so a lost
 * message loses nothing; releases recently held chats whose visitor is now identified, and those held for long enough;
 * parks deliveries to removed destinations; and measures the backlog for the alarms. If the queue or the table throws,
 * the next run continues.
 */
export function createSweep(dependencies: SweepDependencies) {
  const { metrics, log, now } = dependencies;
  const isConfigured = ({ destination }: { readonly destination: string }) =>
    dependencies.destinations.includes(destination);

  const failed = (error: unknown) => log.error('one could not be swept', errorFields(error));

  /** A hook that cannot be read is logged, and does not block the others. */
  const requeueOne = async ({ id, read, remove }: SpooledHook): Promise<void> => {
    const hook = await read().catch((error: unknown) => {
      log.error('a spooled hook cannot be read', { spooledId: id, ...errorFields(error) });
    });
    if (hook === undefined) return;
    await dependencies.enqueue(hook.body, hook.receivedAt);
    await remove();
  };

  const requeueSpooled = async (until: Date): Promise<number> =>
    (await drain(dependencies.spooled, requeueOne, { hasTime: () => now() < until, failed })).length;

  const requeueDue = async (until: Date): Promise<Pick<Swept, 'due' | 'orphaned'>> => {
    const before = new Date(now().getTime() - lateMs);
    const list = async (limit: number) =>
      (await dependencies.listDue(before, limit)).map((delivery) => ({
        ...delivery,
        id: `${delivery.conversationId} ${delivery.destination}`,
      }));
    const requeue = async (delivery: DueDelivery) => {
      const { conversationId, destination, relist, park } = delivery;
      if (!isConfigured(delivery)) return park(orphanReason(destination));
      // Before it is sent: a table that refuses this would let another message be sent each minute.
      const undo = await relist(new Date(now().getTime() + enqueueAgainMs));
      if (undo === undefined) return;
      await dependencies.enqueueChat(conversationId, [destination]).catch(async (error: unknown) => {
        await undo().catch(failed);
        throw error;
      });
    };
    const all = await drain(list, requeue, { hasTime: () => now() < until, failed });
    const due = all.filter(isConfigured).length;
    return { due, orphaned: all.length - due };
  };

  const releaseRecentlyHeld = async (): Promise<void> => {
    const held = await dependencies.listHeld(new Date(now().getTime() - recentlyHeldMs), maxHeld);
    const visitors = Map.groupBy(held.filter(isConfigured), ({ heldFor }) => heldFor);
    await forEach(
      [...visitors],
      async ([visitor, deliveries]) => {
        const destinations = new Set(deliveries.map(({ destination }) => destination));
        await dependencies.releaseHeld(await dependencies.chatsOf(visitor), [...destinations]);
      },
      failed,
    );
  };

  const requeueHoldOver = async (): Promise<void> => {
    await forEach(await dependencies.listHoldOver(maxHeld), dependencies.releaseOne, failed);
  };

  const secondsSince = (time: Date) => Math.max(0, now().getTime() - time.getTime()) / 1000;

  const measure = async () => {
    const { parked, pending, pendingSince = now() } = await dependencies.measureBacklog();
    metrics.count('ParkedNow', parked);
    metrics.count('PendingNow', pending);
    // Once an hour: nothing is done about them sooner, and counting them costs more and more.
    if (now().getUTCMinutes() === 0) metrics.count('HeldNow', await dependencies.countHeld());
    metrics.count('SilentHours', businessHoursSince(await dependencies.silentSince(), now(), dependencies.timezone));
    const reconciled = await dependencies.reconciledUntil?.();
    if (reconciled !== undefined) metrics.count('ReconcileLagSeconds', secondsSince(reconciled));
    metrics.count('OldestPendingSeconds', secondsSince(pendingSince));
    metrics.flush();
  };

  return async (until: Date): Promise<Swept> => {
    try {
      const swept = { spooled: await requeueSpooled(until), ...(await requeueDue(until)) };
      await releaseRecentlyHeld();
      await requeueHoldOver();
      if (swept.spooled + swept.due + swept.orphaned > 0) {
        log.info('swept', swept);
        metrics.count('SweptSpooled', swept.spooled);
        metrics.count('SweptDue', swept.due);
      }
      return swept;
    } finally {
      // Even if the queue is unavailable: the table is measured.
      await measure();
    }
  };
}

/** Works through a list, page after page, until it is empty or time is up. */
async function drain<Item extends { readonly id: string }>(
  list: (limit: number) => Promise<readonly Item[]>,
  work: (item: Item) => Promise<unknown>,
  options: { readonly hasTime: () => boolean; readonly failed: (error: unknown) => void },
): Promise<readonly Item[]> {
  const { hasTime, failed } = options;
  const done = new Map<string, Item>();
  for (let isMore = true; isMore && hasTime(); ) {
    const limit = pageSize + done.size;
    const listed = await list(limit);
    // An index still lists for a moment what was done, and for good what could not be.
    const items = listed.filter(({ id }) => !done.has(id));
    await forEach(items, work, failed);
    for (const item of items) done.set(item.id, item);
    isMore = items.length > 0 && listed.length >= limit;
  }
  return [...done.values()];
}

/** One failure stops nothing else. If a whole group fails, the queue or the table is away, and the rest can wait. */
async function forEach<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
  failed: (error: unknown) => void,
): Promise<void> {
  for (let from = 0; from < items.length; from += concurrency) {
    const group = items.slice(from, from + concurrency);
    const errors = (await Promise.allSettled(group.map(work))).flatMap((each) =>
      each.status === 'rejected' ? [each.reason] : [],
    );
    if (errors.length === group.length) throw errors[0];
    for (const error of errors) failed(error);
  }
}
