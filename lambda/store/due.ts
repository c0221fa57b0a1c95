import type { Ledger } from '../delivery/ports.ts';
import { park } from '../delivery/state-machine.ts';
import type { DueDelivery, HeldDelivery } from '../sweep/sweep.ts';
import { readDelivery } from './ledger.ts';
import { collect, type Item, type Table } from './table.ts';

/** Pending deliveries that were due before a time, longest overdue first. */
export function createListDue(table: Table, ledger: Pick<Ledger, 'write'>, now: () => Date) {
  return async (before: Date, limit: number): Promise<readonly DueDelivery[]> => {
    const pending = table.query({
      index: 'listing',
      where: 'listed = :pending AND listedAt < :before',
      values: { ':pending': 'pending', ':before': before.toISOString() },
      pageSize: limit,
    });
    return (await collect(pending, limit)).flatMap(toDue);
  };

  function toDue(item: Item): readonly DueDelivery[] {
    const delivery = readDelivery(item);
    if (delivery === undefined) return [];
    const conversationId = String(item['conversationId']);
    return [
      {
        conversationId,
        destination: delivery.destination,
        relist: async (at) => {
          await table.update(
            { pk: String(item['pk']), sk: String(item['sk']) },
            {
              update: 'SET listedAt = :at',
              // Unless it was attempted in between: then its new time stands.
              condition: 'listedAt = :seen',
              values: { ':at': at.toISOString(), ':seen': String(item['listedAt']) },
            },
          );
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
  return async (since: Date, limit: number): Promise<readonly HeldDelivery[]> => {
    const held = table.query({
      index: 'listing',
      where: 'listed = :held AND listedAt >= :since',
      values: { ':held': 'held', ':since': since.toISOString() },
      order: 'descending',
      pageSize: limit,
    });
    return (await collect(held, limit)).flatMap((item) => {
      const { destination, heldFor } = readDelivery(item) ?? {};
      return destination === undefined || heldFor == null ? [] : [{ destination, heldFor }];
    });
  };
}
