import type { Ledger } from '../delivery/ports.ts';
import { park } from '../delivery/state-machine.ts';
import type { DueDelivery } from '../sweep/requeue-due.ts';
import type { Backlog, HeldDelivery, HoldOver } from '../sweep/sweep.ts';
import { firstSweepKey } from './keys.ts';
import { deliveriesIn, heldForATime, heldLists, listedDeliveries, listsOf, pendingList } from './lists.ts';
import { collect, type Item, readFirst, type Table, textIn } from './table.ts';

/** A destination's pending deliveries that were due before a time, longest overdue first. */
export function createListDue(table: Table, ledger: Pick<Ledger, 'write'>, now: () => Date) {
  return async (destination: string, before: Date, limit: number): Promise<readonly DueDelivery[]> => {
    // Times are in whole milliseconds.
    const to = new Date(before.getTime() - 1).toISOString();
    const due = await readFirst(table, limit, { index: 'listing', partition: pendingList(destination), to });
    return due.flatMap(toDue);
  };

  /** False if it was attempted in between: its new time stays. */
  async function move(item: Item, from: string, to: string): Promise<boolean> {
    const { isWritten } = await table.update(
      { pk: String(item['pk']), sk: String(item['sk']) },
      {
        update: 'SET listedAt = :to',
        // A move whose answer was lost is repeated.
        condition: 'listedAt = :from OR listedAt = :to',
        values: { ':to': to, ':from': from },
      },
    );
    return isWritten;
  }

  function toDue(item: Item): readonly DueDelivery[] {
    return deliveriesIn([item]).map(({ conversationId, delivery }) => ({
      conversationId,
      destination: delivery.destination,
      version: delivery.version,
      relist: async (at) => {
        const listed = String(item['listedAt']);
        const isMoved = await move(item, listed, at.toISOString());
        return isMoved ? async () => void (await move(item, at.toISOString(), listed)) : undefined;
      },
      park: async (reason) => {
        await ledger.write(conversationId, park(delivery, now(), reason));
      },
    }));
  }
}

/** Deliveries held since a time, latest first. */
export function createListHeld(table: Table) {
  return async (since: Date, limit: number): Promise<readonly HeldDelivery[]> => {
    const latest = { from: since.toISOString(), order: 'descending', pageSize: limit } as const;
    const held = await collect(listedDeliveries(table, heldLists, latest), limit);
    return held.flatMap(({ delivery: { destination, heldFor } }) =>
      heldFor === null ? [] : [{ destination, heldFor }],
    );
  };
}

/**
 * Deliveries whose hold is over, the longest held first. Reads the whole list: a delivery that a newer copy has held again
 * keeps the end of its hold. Those to removed destinations wait until these are back.
 */
export function createListHoldOver(
  table: Table,
  options: { readonly destinations: readonly string[]; readonly now: () => Date },
) {
  return async (limit: number): Promise<readonly HoldOver[]> => {
    const now = options.now();
    const over: HoldOver[] = [];
    for await (const { conversationId, delivery } of listedDeliveries(table, [heldForATime])) {
      const { destination, holdUntil } = delivery;
      const isOver = holdUntil !== null && Date.parse(holdUntil) <= now.getTime();
      if (!isOver || !options.destinations.includes(destination)) continue;
      if (over.push({ conversationId, destination }) === limit) break;
    }
    return over;
  };
}

/** Above this a number means "at least": counting on would only cost the sweep's time. */
const maxCounted = 20_000;

/**
 * Counts the parked and pending deliveries of these destinations, and ignores those of removed ones. The oldest waiting
 * may be a spooled hook.
 */
export function createMeasureBacklog(table: Table, destinations: readonly string[]): () => Promise<Backlog> {
  return async () => {
    const parked = await count(table, 'parked', destinations);
    const pending = await count(table, 'pending', destinations);
    const [spooled] = await readFirst(table, 1, { index: 'listing', partition: 'spooled' });
    const waiting = [pending.oldest, textIn(spooled?.['receivedAt'])].filter((each) => each !== undefined);
    const [oldest] = waiting.toSorted();
    return {
      parked: parked.number,
      pending: pending.number,
      pendingSince: oldest === undefined ? undefined : new Date(oldest),
    };
  };
}

/** Counts held deliveries. There may be a year's worth of them, so don't count them every minute. */
export function createCountHeld(table: Table, destinations: readonly string[]): () => Promise<number> {
  return async () => (await count(table, 'held', destinations)).number;
}

async function count(table: Table, state: string, destinations: readonly string[]) {
  const since: string[] = [];
  for await (const { delivery } of listedDeliveries(table, await listsOf(table, state))) {
    if (!destinations.includes(delivery.destination)) continue;
    if (since.push(delivery.since) === maxCounted) break;
  }
  return { number: since.length, oldest: since.toSorted()[0] };
}

/** When the latest chat was received, as far as the index shows it; or else when this was first asked. */
export function createSilentSince(table: Table, now: () => Date): () => Promise<Date> {
  const firstAsked = async (): Promise<Date> => {
    const known = textIn((await table.get(firstSweepKey))?.['at']);
    if (known !== undefined) return new Date(known);
    const at = now();
    await table.put({ ...firstSweepKey, at: at.toISOString() }, { condition: 'attribute_not_exists(pk)' });
    return at;
  };
  return async () => {
    const [latest] = await readFirst(table, 1, { index: 'listing', partition: 'chat', order: 'descending' });
    return latest === undefined ? firstAsked() : new Date(String(latest['receivedAt']));
  };
}
