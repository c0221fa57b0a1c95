import { paceKey, pacePartition } from './keys.ts';
import { collect, type Item, type Table } from './table.ts';

/**
 * What waits for one destination is a list of its own, so that a long one does not stand before the others. Release 1.0 had
 * one for all: what it has left there is listed without a destination.
 */
export const pendingList = (destination: string | undefined) =>
  destination === undefined ? 'pending' : `pending#${destination}`;

/** Remembers a destination for good before anything is listed for it: it may be removed, and its list must be found. */
export function createRegister(table: Table): (destination: string) => Promise<unknown> {
  const registered = new Map<string, Promise<unknown>>();
  return (destination) => {
    const known = registered.get(destination);
    if (known !== undefined) return known;
    const writing = table
      .put(paceKey(destination), { condition: 'attribute_not_exists(pk)' })
      .catch((error: unknown) => {
        registered.delete(destination);
        throw error;
      });
    registered.set(destination, writing);
    return writing;
  };
}

/** An item for each destination that anything was ever pending for. */
export const registeredDestinations = (table: Table): Promise<readonly Item[]> =>
  collect(table.query({ where: 'pk = :pace', values: { ':pace': pacePartition }, consistent: true }));

/** Every list of pending deliveries. */
export async function pendingLists(table: Table): Promise<readonly string[]> {
  const destinations = (await registeredDestinations(table)).map(({ sk }) => String(sk));
  return [undefined, ...destinations].map(pendingList);
}
