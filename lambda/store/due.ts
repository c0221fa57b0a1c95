import type { Ledger } from '../delivery/ports.ts';
import { park } from '../delivery/state-machine.ts';
import type { DueDelivery } from '../sweep/requeue-due.ts';
import type { HeldDelivery, HoldOver } from '../sweep/sweep.ts';
import { heldForATime, heldLists, pendingList, readDelivery } from './ledger.ts';
import { collect, type Item, type Table } from './table.ts';

/** A destination's pending deliveries that were due before a time, longest overdue first. */
export function createListDue(table: Table, ledger: Pick<Ledger, 'write'>, now: () => Date) {
  return async (destination: string | undefined, before: Date, limit: number): Promise<readonly DueDelivery[]> => {
    const pending = table.query({
      index: 'listing',
      where: 'listed = :pending AND listedAt < :before',
      values: { ':pending': pendingList(destination), ':before': before.toISOString() },
      pageSize: limit,
    });
    return (await collect(pending, limit)).flatMap(toDue);
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
    const delivery = readDelivery(item);
    if (delivery === undefined) return [];
    const conversationId = String(item['conversationId']);
    return [
      {
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
      },
    ];
  }
}

/** Deliveries held since a time, latest first. */
export function createListHeld(table: Table) {
  const listed = async (list: string, since: Date, limit: number) => {
    const held = table.query({
      index: 'listing',
      where: 'listed = :held AND listedAt >= :since',
      values: { ':held': list, ':since': since.toISOString() },
      order: 'descending',
      pageSize: limit,
    });
    return (await collect(held, limit)).flatMap((item) => {
      const { destination, heldFor } = readDelivery(item) ?? {};
      return destination === undefined || heldFor == null ? [] : [{ destination, heldFor }];
    });
  };
  return async (since: Date, limit: number): Promise<readonly HeldDelivery[]> =>
    (await Promise.all(heldLists.map((list) => listed(list, since, limit)))).flat();
}

/** Deliveries whose hold is over, the longest held first. Those to removed destinations wait until these are back. */
export function createListHoldOver(
  table: Table,
  options: { readonly destinations: readonly string[]; readonly minHoldHours: number; readonly now: () => Date },
) {
  return async (limit: number): Promise<readonly HoldOver[]> => {
    const now = options.now();
    const heldBefore = new Date(now.getTime() - options.minHoldHours * 60 * 60 * 1000);
    const held = table.query({
      index: 'listing',
      where: 'listed = :held AND listedAt <= :before',
      values: { ':held': heldForATime, ':before': heldBefore.toISOString() },
      pageSize: limit,
    });
    const over: HoldOver[] = [];
    for await (const item of held) {
      const { destination = '', holdUntil } = readDelivery(item) ?? {};
      if (holdUntil == null || Date.parse(holdUntil) > now.getTime()) continue;
      if (!options.destinations.includes(destination)) continue;
      over.push({ conversationId: String(item['conversationId']), destination });
      if (over.length === limit) break;
    }
    return over;
  };
}
