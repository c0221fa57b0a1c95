import type { Backlog } from '../sweep/sweep.ts';
import { heldLists, readDelivery } from './ledger.ts';
import type { Table } from './table.ts';

/** Beyond these the numbers only say "at least": to go on would take the sweep's time and prove no point. */
const maxCounted = 20_000;

/** Counts the deliveries that are parked, held or on their way, of these destinations: of others nobody expects any more. */
export function createMeasureBacklog(table: Table, destinations: readonly string[]): () => Promise<Backlog> {
  const count = async (list: string) => {
    let number = 0;
    let oldest: string | undefined;
    for await (const item of table.query({ index: 'listing', where: 'listed = :list', values: { ':list': list } })) {
      const delivery = readDelivery(item);
      if (delivery === undefined || !destinations.includes(delivery.destination)) continue;
      number += 1;
      if (oldest === undefined || delivery.since < oldest) oldest = delivery.since;
      if (number === maxCounted) break;
    }
    return { number, oldest };
  };

  return async () => {
    const parked = await count('parked');
    const pending = await count('pending');
    const held = await Promise.all(heldLists.map(count));
    return {
      parked: parked.number,
      pending: pending.number,
      held: held.reduce((sum, { number }) => sum + number, 0),
      pendingSince: pending.oldest === undefined ? undefined : new Date(pending.oldest),
    };
  };
}
