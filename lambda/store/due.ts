import type { Ledger } from '../delivery/ports.ts';
import { park } from '../delivery/state-machine.ts';
import type { DueDelivery } from '../sweep/requeue-due.ts';
import type { HeldDelivery, HoldOver } from '../sweep/sweep.ts';
import { deliveriesIn, heldForATime, heldLists, pendingList } from './ledger.ts';
import { type Item, readFirst, type Table } from './table.ts';

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
    const latest = { index: 'listing', from: since.toISOString(), order: 'descending' } as const;
    const held = await Promise.all(heldLists.map((list) => readFirst(table, limit, { ...latest, partition: list })));
    return deliveriesIn(held.flat()).flatMap(({ delivery: { destination, heldFor } }) =>
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
    const held = { index: 'listing', partition: heldForATime, pageSize: limit } as const;
    const over: HoldOver[] = [];
    for await (const item of table.query(held)) {
      for (const { conversationId, delivery } of deliveriesIn([item])) {
        const { destination, holdUntil } = delivery;
        const isOver = holdUntil !== null && Date.parse(holdUntil) <= now.getTime();
        if (isOver && options.destinations.includes(destination)) over.push({ conversationId, destination });
      }
      if (over.length === limit) break;
    }
    return over;
  };
}
