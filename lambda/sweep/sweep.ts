import type { ChatsOf, EnqueueChat, VisitorChat } from '../delivery/ports.ts';
import { errorFields, type Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';

export type SweepDependencies = {
  /** Hooks that were kept in the table because the queue was away, oldest first. */
  readonly spooled: (limit: number) => Promise<readonly SpooledHook[]>;
  /** Puts a hook on the queue. */
  readonly enqueue: (body: string, receivedAt: Date) => Promise<void>;
  /** Pending deliveries that were due before then, the longest due first. */
  readonly listDue: (before: Date, limit: number) => Promise<readonly DueDelivery[]>;
  readonly enqueueChat: EnqueueChat;
  /** Deliveries that have been held since then. */
  readonly listHeld: (since: Date, limit: number) => Promise<readonly HeldDelivery[]>;
  /** Deliveries that were to be held until now at the latest. */
  readonly listHoldOver: (limit: number) => Promise<readonly HoldOver[]>;
  readonly releaseOne: (held: HoldOver) => Promise<unknown>;
  readonly chatsOf: ChatsOf;
  readonly releaseHeld: (chats: readonly VisitorChat[], destinations: readonly string[]) => Promise<unknown>;
  /** The names of those that are configured. */
  readonly destinations: readonly string[];
  readonly measureBacklog: () => Promise<Backlog>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
};

/** What waits at the destinations that are configured. */
export type Backlog = {
  readonly parked: number;
  readonly pending: number;
  readonly held: number;
  /** Since when the oldest of the pending deliveries has been attempted. */
  readonly pendingSince: Date | undefined;
};

export type SpooledHook = {
  /** Where it lies, for the log. */
  readonly id: string;
  readonly read: () => Promise<{ readonly body: string; readonly receivedAt: Date }>;
  /** Called once it is on the queue. */
  readonly remove: () => Promise<void>;
};

export type DueDelivery = {
  readonly conversationId: string;
  readonly destination: string;
  /** Due again at that time, unless it was attempted meanwhile. */
  readonly listAgain: (at: Date) => Promise<void>;
  /** Unless it was attempted meanwhile. */
  readonly park: (reason: string) => Promise<void>;
};

export type HeldDelivery = {
  readonly destination: string;
  /** The visitor, as `accountVisitor` has it. */
  readonly heldFor: string;
};

export type HoldOver = { readonly conversationId: string; readonly destination: string };

type Swept = { readonly spooled: number; readonly due: number; readonly orphaned: number };

const orphaned = (destination: string) =>
  `Its destination is not configured any more. Put it back and run npx forwarder replay --destination ${destination}.`;

const maxSpooled = 500;
/** About ten seconds' work; the next sweep comes in a minute. */
const maxDue = 5000;
const maxHeld = 500;
const concurrency = 25;
/** A message that is hidden for a short wait comes back by itself: what is later than this has none. */
const lateMs = 60_000;
/** How long a message may wait on a full queue before another is sent. */
const enqueueAgainMs = 15 * 60_000;
/** How far back to look for chats that were held before an index knew of the one that identifies their visitor. */
const heldLatelyMs = 15 * 60_000;

/**
 * Runs every minute. Puts back on the queue what is due: nothing is lost by a message that is. Releases what was held
 * lately, if its visitor is identified by now, and what has been held for long enough. Parks what is on its way to a destination that is not configured any more,
 * since nobody would come for it. Then measures what waits: the alarms go by that. Safe to run at any time.
 * @throws what the queue and the table throw; the next run goes on from there
 */
export function createSweep(dependencies: SweepDependencies) {
  const { metrics, log, now } = dependencies;
  const isConfigured = ({ destination }: { readonly destination: string }) =>
    dependencies.destinations.includes(destination);

  /** One that cannot be read is told, and holds no other back. */
  const putBackSpooled = async (): Promise<number> => {
    const hooks = await dependencies.spooled(maxSpooled);
    for (const { id, read, remove } of hooks) {
      const hook = await read().catch((error: unknown) => {
        log.error('a spooled hook cannot be read', { spooledId: id, ...errorFields(error) });
      });
      if (hook === undefined) continue;
      await dependencies.enqueue(hook.body, hook.receivedAt);
      await remove();
    }
    return hooks.length;
  };

  const putBackDue = async (): Promise<Pick<Swept, 'due' | 'orphaned'>> => {
    const all = await dependencies.listDue(new Date(now().getTime() - lateMs), maxDue);
    const due = all.filter(isConfigured);
    const orphans = all.filter((delivery) => !isConfigured(delivery));
    await forEach(due, async ({ conversationId, destination, listAgain }) => {
      await dependencies.enqueueChat(conversationId, [destination]);
      await listAgain(new Date(now().getTime() + enqueueAgainMs));
    });
    await forEach(orphans, ({ destination, park }) => park(orphaned(destination)));
    return { due: due.length, orphaned: orphans.length };
  };

  const releaseHeldLately = async (): Promise<void> => {
    const held = await dependencies.listHeld(new Date(now().getTime() - heldLatelyMs), maxHeld);
    const visitors = Map.groupBy(held.filter(isConfigured), ({ heldFor }) => heldFor);
    await forEach([...visitors], async ([visitor, deliveries]) => {
      const destinations = new Set(deliveries.map(({ destination }) => destination));
      await dependencies.releaseHeld(await dependencies.chatsOf(visitor), [...destinations]);
    });
  };

  const requeueHoldOver = async (): Promise<void> => {
    const over = await dependencies.listHoldOver(maxDue);
    await forEach(over.filter(isConfigured), dependencies.releaseOne);
  };

  const measure = async () => {
    const { parked, pending, held, pendingSince = now() } = await dependencies.measureBacklog();
    metrics.count('ParkedNow', parked);
    metrics.count('PendingNow', pending);
    metrics.count('HeldNow', held);
    metrics.count('OldestPendingSeconds', Math.max(0, now().getTime() - pendingSince.getTime()) / 1000);
    metrics.flush();
  };

  return async (): Promise<Swept> => {
    try {
      const swept = { spooled: await putBackSpooled(), ...(await putBackDue()) };
      await releaseHeldLately();
      await requeueHoldOver();
      if (swept.spooled + swept.due + swept.orphaned > 0) {
        log.info('swept', swept);
        metrics.count('SweptSpooled', swept.spooled);
        metrics.count('SweptDue', swept.due);
      }
      return swept;
    } finally {
      // Whether the queue is there or not: it is the table that is measured.
      await measure();
    }
  };
}

async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += concurrency) {
    await Promise.all(items.slice(from, from + concurrency).map(work));
  }
}
