import type { Backlog } from '../sweep/sweep.ts';
import { firstSweepKey } from './keys.ts';
import { heldLists, pendingLists, readDelivery } from './ledger.ts';
import { collect, type Table } from './table.ts';

/** Per list. Above this a number means "at least": counting on would only cost the sweep's time. */
const maxCounted = 20_000;

/**
 * Counts the parked and pending deliveries of these destinations, and ignores those of removed ones. The oldest waiting
 * may be a spooled hook.
 */
export function createMeasureBacklog(table: Table, destinations: readonly string[]): () => Promise<Backlog> {
  return async () => {
    const parked = await count(table, 'parked', destinations);
    const pending = await countAll(table, await pendingLists(table), destinations);
    const spooled = table.query({
      index: 'listing',
      where: 'listed = :spooled',
      values: { ':spooled': 'spooled' },
      pageSize: 1,
    });
    const [firstSpooled] = await collect(spooled, 1);
    const waiting = [pending.oldest, firstSpooled?.['receivedAt']].filter((each) => typeof each === 'string');
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
  return async () => (await countAll(table, heldLists, destinations)).number;
}

async function countAll(table: Table, lists: readonly string[], destinations: readonly string[]) {
  const counts = await Promise.all(lists.map((list) => count(table, list, destinations)));
  const [oldest] = counts.flatMap((each) => each.oldest ?? []).toSorted();
  return { number: counts.reduce((sum, { number }) => sum + number, 0), oldest };
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

/** When the latest chat was received, as far as the index shows it; or else when this was first asked. */
export function createSilentSince(table: Table, now: () => Date): () => Promise<Date> {
  const firstAsked = async (): Promise<Date> => {
    const known = await table.get(firstSweepKey, { consistent: true });
    if (typeof known?.['at'] === 'string') return new Date(known['at']);
    const at = now();
    await table.put({ ...firstSweepKey, at: at.toISOString() }, { condition: 'attribute_not_exists(pk)' });
    return at;
  };
  return async () => {
    const chats = table.query({
      index: 'listing',
      where: 'listed = :chat',
      values: { ':chat': 'chat' },
      order: 'descending',
      pageSize: 1,
    });
    for await (const { receivedAt } of chats) return new Date(String(receivedAt));
    return firstAsked();
  };
}
