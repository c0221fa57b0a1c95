import type { Backlog } from '../sweep/sweep.ts';
import { firstSweepKey } from './keys.ts';
import { heldLists, pendingLists, readDelivery } from './ledger.ts';
import { readFirst, type Table, textIn } from './table.ts';

/** Per list. Above this a number means "at least": counting on would only cost the sweep's time. */
const maxCounted = 20_000;

/**
 * Counts the parked and pending deliveries of these destinations, and ignores those of removed ones. The oldest waiting
 * may be a spooled hook.
 */
export function createMeasureBacklog(table: Table, destinations: readonly string[]): () => Promise<Backlog> {
  return async () => {
    const parked = await count(table, ['parked'], destinations);
    const pending = await count(table, await pendingLists(table), destinations);
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
  return async () => (await count(table, heldLists, destinations)).number;
}

async function count(table: Table, lists: readonly string[], destinations: readonly string[]) {
  const counts = lists.map(async (list) => {
    const since: string[] = [];
    for await (const item of table.query({ index: 'listing', partition: list })) {
      const delivery = readDelivery(item);
      if (delivery === undefined || !destinations.includes(delivery.destination)) continue;
      if (since.push(delivery.since) === maxCounted) break;
    }
    return since;
  });
  const all = (await Promise.all(counts)).flat().toSorted();
  return { number: all.length, oldest: all[0] };
}

/** When the latest chat was received, as far as the index shows it; or else when this was first asked. */
export function createSilentSince(table: Table, now: () => Date): () => Promise<Date> {
  const firstAsked = async (): Promise<Date> => {
    const known = textIn((await table.get(firstSweepKey, { consistent: true }))?.['at']);
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
