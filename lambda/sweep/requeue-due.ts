import type { Delivery } from '../delivery/delivery.ts';
import {
  allowanceAfter,
  firstAllowance,
  isDown,
  isRecent,
  lookAt,
  maxPortionsUnderWay,
  type Pace,
  type Sent,
  sampleOf,
  shareOf,
} from '../delivery/pace.ts';
import type { EnqueueChat } from '../delivery/ports.ts';
import { drain, forEach } from './work.ts';

export type RequeueDueDependencies = {
  /** A destination's pending deliveries that were due before then, longest overdue first. */
  readonly listDue: (destination: string, before: Date, limit: number) => Promise<readonly DueDelivery[]>;
  readonly paces: Paces;
  readonly enqueueChat: EnqueueChat;
  readonly destinations: readonly string[];
  /** If it takes longer until most of what is put back was attempted, fewer are put back: new chats wait meanwhile. */
  readonly slowMs: number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly now: () => Date;
};

export type Paces = {
  /** Every destination that anything was ever pending for. */
  readonly all: () => Promise<readonly { readonly destination: string; readonly pace: Pace | undefined }[]>;
  readonly write: (destination: string, pace: Pace) => Promise<void>;
  /** In the sample's order. They may be a moment old. */
  readonly deliveriesOf: (destination: string, sample: readonly Sent[]) => Promise<readonly (Delivery | undefined)[]>;
};

export type DueDelivery = {
  readonly conversationId: string;
  readonly destination: string;
  readonly version: number;
  /** Makes it due at that time. Undefined if it was attempted in between, or else a function that undoes this. */
  readonly relist: (at: Date) => Promise<(() => Promise<void>) | undefined>;
  readonly park: (reason: string) => Promise<void>;
};

type Requeued = { readonly due: number; readonly orphaned: number };

const orphanReason = (destination: string) =>
  `Its destination is not configured any more. Put it back and run npx forwarder replay --destination ${destination}.`;

/** A message that is hidden for a short wait returns by itself. After this long, assume that it is lost. */
const lateMs = 60_000;
/** How long to wait for the queue before sending another message. */
const enqueueAgainMs = 15 * 60_000;
/** How often some are put back. */
const intervalMs = 1_000;

/**
 * Requeues due deliveries, some each second, at each destination's own pace: a tenth more while they come through; a
 * tenth less if the CRM refuses some, or it takes long; once all have failed, a probe a minute. The pace only limits
 * what is sent: the rest stays listed. Parks deliveries to removed destinations.
 */
export function createRequeueDue(dependencies: RequeueDueDependencies, failed: (error: unknown) => void) {
  const { listDue, paces, destinations, slowMs, sleep, now } = dependencies;
  const before = () => new Date(now().getTime() - lateMs);
  const identified = (due: readonly DueDelivery[]) =>
    due.map((delivery) => ({ ...delivery, id: `${delivery.conversationId} ${delivery.destination}` }));

  /** @returns whether it was put back */
  async function requeue({ conversationId, destination, relist }: DueDelivery): Promise<boolean> {
    // Before it is sent: a table that refuses this would let another message be sent each minute.
    const undo = await relist(new Date(now().getTime() + enqueueAgainMs));
    if (undo === undefined) return false;
    await dependencies.enqueueChat(conversationId, [destination]).catch(async (error: unknown) => {
      await undo().catch(failed);
      throw error;
    });
    return true;
  }

  async function parkOrphans(destination: string, until: Date): Promise<Requeued> {
    const page = async (limit: number) => identified(await listDue(destination, before(), limit));
    const work = (delivery: DueDelivery): Promise<unknown> => delivery.park(orphanReason(destination));
    const orphans = await drain(page, work, { hasTime: () => now() < until, failed });
    return { due: 0, orphaned: orphans.length };
  }

  /** @param share how many may be put back at once, given who else has something waiting */
  async function requeueAtPace(
    destination: string,
    { known, share, until }: { readonly known: Pace | undefined; readonly share: () => number; readonly until: Date },
  ): Promise<Requeued> {
    const last = known !== undefined && isRecent(known, now()) ? known : undefined;
    /** Put back, and most of each not attempted yet, oldest first. */
    const underWay = last === undefined ? [] : [last];
    let { allowance, isAway } = last ?? { allowance: firstAllowance, isAway: false };
    let maxUnderWay = 1;
    const done = new Set<string>();
    let stillListed = 0;

    /** Goes by what became of those before. @returns whether more may be put back in this run */
    async function adjust(): Promise<boolean> {
      for (let [oldest] = underWay; oldest !== undefined; [oldest] = underWay) {
        const seen = lookAt(oldest, await paces.deliveriesOf(destination, oldest.sample), { now: now(), slowMs });
        if (seen === undefined) break;
        underWay.shift();
        allowance = allowanceAfter(oldest, seen, allowance);
        maxUnderWay = isDown(seen) ? 1 : maxPortionsUnderWay;
        // One probe a minute. A CRM that limits calls may refuse one probe, too.
        if (isDown(seen) && isAway && done.size > 0) return false;
        if (isDown(seen) === isAway) continue;
        isAway = isDown(seen);
        await paces.write(destination, { ...(underWay.at(-1) ?? oldest), isAway });
      }
      return true;
    }

    /** @returns whether there may be more */
    async function putBack(size: number): Promise<boolean> {
      // An index still lists for a moment what was done, and for good what could not be.
      const listed = identified(await listDue(destination, before(), size + stillListed));
      const due = listed.filter(({ id }) => !done.has(id)).slice(0, size);
      const sent: Sent[] = [];
      const work = async (delivery: DueDelivery) => {
        const { conversationId, version } = delivery;
        if (await requeue(delivery)) sent.push({ conversationId, version });
      };
      await forEach(due, work, failed);
      for (const { id } of due) done.add(id);
      stillListed = listed.filter(({ id }) => done.has(id)).length;
      if (sent.length > 0) {
        const pace = { allowance: sent.length, isAway, sentAt: now().toISOString(), sample: sampleOf(sent) };
        underWay.push(pace);
        await paces.write(destination, pace);
      }
      return due.length === size;
    }

    const isAnyDue = async () => (await listDue(destination, before(), 1)).length > 0;

    while (now() < until) {
      const from = now().getTime();
      if (!(await adjust())) break;
      const isMore = underWay.length < maxUnderWay ? await putBack(Math.min(allowance, share())) : await isAnyDue();
      const next = from + intervalMs;
      if (!isMore || next >= until.getTime()) break;
      await sleep(Math.max(next - now().getTime(), 0));
    }
    return { due: done.size, orphaned: 0 };
  }

  return async (until: Date): Promise<Requeued> => {
    const registered = await paces.all();
    const removed = registered.map(({ destination }) => destination).filter((name) => !destinations.includes(name));
    const firstDue = await Promise.all(destinations.map((destination) => listDue(destination, before(), 1)));
    const waiting = new Set(destinations.filter((_, at) => firstDue[at]?.length));
    const share = () => shareOf(waiting.size);
    // Side by side: none waits for another's.
    const results = await Promise.allSettled([
      ...destinations.map((destination) => {
        const known = registered.find((each) => each.destination === destination)?.pace;
        return requeueAtPace(destination, { known, share, until }).finally(() => waiting.delete(destination));
      }),
      ...removed.map((destination) => parkOrphans(destination, until)),
    ]);
    const requeued = results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
    return requeued.reduce((a, b) => ({ due: a.due + b.due, orphaned: a.orphaned + b.orphaned }), {
      due: 0,
      orphaned: 0,
    });
  };
}
