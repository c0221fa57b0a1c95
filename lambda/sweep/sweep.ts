import type { Instant } from '../conversation/model.ts';
import type { ChatsOf, VisitorChat } from '../delivery/ports.ts';
import { errorFields, type Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createRequeueDue, type RequeueDueDependencies } from './requeue-due.ts';
import { drain, forEach } from './work.ts';

export type SweepDependencies = RequeueDueDependencies & {
  /** Hooks that were spooled while the queue was unavailable, oldest first. */
  readonly spooled: (limit: number) => Promise<readonly SpooledHook[]>;
  readonly enqueue: (body: string, receivedAt: Date) => Promise<void>;
  readonly listHeld: (since: Date, limit: number) => Promise<readonly HeldDelivery[]>;
  /** Deliveries to configured destinations whose hold is over. */
  readonly listHoldOver: (limit: number) => Promise<readonly HoldOver[]>;
  readonly releaseChat: (conversationId: string, destinations: readonly string[]) => Promise<unknown>;
  readonly chatsOf: ChatsOf;
  readonly releaseHeld: (chats: readonly VisitorChat[], destinations: readonly string[]) => Promise<unknown>;
  readonly measureBacklog: () => Promise<Backlog>;
  readonly countHeld: () => Promise<number>;
  /** When the latest chat came; the first run, if none ever did. */
  readonly silentSince: () => Promise<Date>;
  /** Up to when reconcile has looked; undefined if it never ran, absent if it is turned off. */
  readonly readWatermark?: (() => Promise<{ readonly reachedAt: Instant } | undefined>) | undefined;
  readonly timezone: string;
  readonly metrics: Metrics;
  readonly log: Log;
};

/** Deliveries to configured destinations. */
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

export type HeldDelivery = {
  readonly destination: string;
  /** From `accountVisitor`. */
  readonly heldFor: string;
};

export type HoldOver = { readonly conversationId: string; readonly destination: string };

type Swept = { readonly spooled: number; readonly due: number; readonly orphaned: number };

const maxHeld = 500;
/**
 * How far back to look for chats that were held before an index showed the one that identifies their visitor. What keeps an
 * index behind may well keep the sweep from looking, too.
 */
const recentlyHeldMs = 60 * 60_000;

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

  const requeueDue = createRequeueDue(dependencies, failed);

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
    await forEach(
      await dependencies.listHoldOver(maxHeld),
      ({ conversationId, destination }) => dependencies.releaseChat(conversationId, [destination]),
      failed,
    );
  };

  const secondsSince = (time: Date) => Math.max(0, now().getTime() - time.getTime()) / 1000;

  const measure = async () => {
    const { parked, pending, pendingSince = now() } = await dependencies.measureBacklog();
    metrics.count('ParkedNow', parked);
    metrics.count('PendingNow', pending);
    // Once an hour: nothing is done about them sooner, and counting them costs more and more.
    if (now().getUTCMinutes() === 0) metrics.count('HeldNow', await dependencies.countHeld());
    metrics.count('SilentHours', businessHoursSince(await dependencies.silentSince(), now(), dependencies.timezone));
    const watermark = await dependencies.readWatermark?.();
    if (watermark !== undefined) metrics.count('ReconcileLagSeconds', secondsSince(new Date(watermark.reachedAt)));
    metrics.count('OldestPendingSeconds', secondsSince(pendingSince));
  };

  return async (until: Date): Promise<Swept> => {
    // Measured meanwhile, and even if the queue is unavailable: a backlog takes until the end.
    const measured = measure();
    measured.catch(() => {});
    try {
      const spooled = await requeueSpooled(until);
      await releaseRecentlyHeld();
      await requeueHoldOver();
      const swept = { spooled, ...(await requeueDue(until)) };
      if (swept.spooled + swept.due + swept.orphaned > 0) {
        log.info('swept', swept);
        metrics.count('SweptSpooled', swept.spooled);
        metrics.count('SweptDue', swept.due);
      }
      return swept;
    } finally {
      await measured.finally(() => metrics.flush());
    }
  };
}

const hourMs = 3_600_000;
/** No alarm needs a larger number. */
const maxHours = 24 * 14;

/** How many hours of business days, Monday to Friday in the shop's timezone, have begun since then. */
export function businessHoursSince(from: Date, now: Date, timezone: string): number {
  const weekday = new Intl.DateTimeFormat('en', { timeZone: timezone, weekday: 'short' });
  const hours = Math.min(Math.floor((now.getTime() - from.getTime()) / hourMs), maxHours);
  const starts = Array.from({ length: Math.max(hours, 0) }, (_, hour) => new Date(now.getTime() - (hour + 1) * hourMs));
  return starts.filter((start) => !['Sat', 'Sun'].includes(weekday.format(start))).length;
}
