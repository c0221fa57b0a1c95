import type { Backlog } from '../sweep/sweep.ts';
import { heldLists, readDelivery } from './ledger.ts';
import type { Table } from './table.ts';

/** Above this the numbers mean "at least": counting on would only cost the sweep's time. */
const maxCounted = 20_000;

/** Counts the parked and pending deliveries of these destinations; those of removed ones are ignored. */
export function createMeasureBacklog(table: Table, destinations: readonly string[]): () => Promise<Backlog> {
  return async () => {
    const parked = await count(table, 'parked', destinations);
    const pending = await count(table, 'pending', destinations);
    return {
      parked: parked.number,
      pending: pending.number,
      pendingSince: pending.oldest === undefined ? undefined : new Date(pending.oldest),
    };
  };
}

/** Counts the held ones. There may be a year's worth of them, so not every minute. */
export function createCountHeld(table: Table, destinations: readonly string[]): () => Promise<number> {
  return async () => {
    const counts = await Promise.all(heldLists.map((list) => count(table, list, destinations)));
    return counts.reduce((sum, { number }) => sum + number, 0);
  };
}

async function count(table: Table, list: string, destinations: readonly string[]) {
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
}

/** When the latest chat was received, as far as the index shows it. */
export function createLastReceivedAt(table: Table): () => Promise<Date | undefined> {
  return async () => {
    const chats = table.query({
      index: 'listing',
      where: 'listed = :chat',
      values: { ':chat': 'chat' },
      order: 'descending',
      pageSize: 1,
    });
    for await (const { receivedAt } of chats) return new Date(String(receivedAt));
    return undefined;
  };
}
