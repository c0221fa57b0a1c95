import { type Delivery, dueAt, isWarned, shownState } from '../delivery/delivery.ts';
import { pacePartition } from './keys.ts';
import { collect, type Item, isRecordOf, type Query, type Table } from './table.ts';

// The lists of deliveries in the index `listing`.

export const heldForATime = 'heldForATime';
export const heldLists = ['held', heldForATime] as const;

/** Each destination has its own list of pending deliveries, so that a long one does not hold up the others. */
export const pendingList = (destination: string) => `pending#${destination}`;

/**
 * A pending delivery is listed with those of its destination by when it is due, any other by when its state changed.
 * Deliveries held for a time have a list of their own, because the list without a limit only grows. A delivered one is
 * listed only if it lacks something.
 */
export function listing(delivery: Delivery) {
  const { updatedAt, holdUntil } = delivery;
  const state = shownState(delivery);
  if (isWarned(delivery)) return { listed: 'warned', listedAt: updatedAt };
  if (state === 'delivered' || state === 'skipped') return {};
  if (state === 'held' && holdUntil !== null) return { listed: heldForATime, listedAt: updatedAt };
  if (state === 'pending') return { listed: pendingList(delivery.destination), listedAt: dueAt(delivery) };
  return { listed: state, listedAt: updatedAt };
}

/** An item for each destination that anything was ever pending for. */
export const registeredDestinations = (table: Table): Promise<readonly Item[]> =>
  collect(table.query({ partition: pacePartition }));

/** The lists of deliveries in a listed state, or `warned`. */
export async function listsOf(table: Table, state: string): Promise<readonly string[]> {
  if (state === 'pending') return (await registeredDestinations(table)).map(({ sk }) => pendingList(String(sk)));
  return state === 'held' ? heldLists : [state];
}

const isDelivery = isRecordOf<Delivery>('version', 'state', 'contentHash');

export function readDelivery(item: Item | undefined): Delivery | undefined {
  const delivery = item?.['delivery'];
  return isDelivery(delivery) ? delivery : undefined;
}

export type DeliveryRecord = { readonly conversationId: string; readonly delivery: Delivery };

/** Those of the items that are deliveries. */
export const deliveriesIn = (items: readonly Item[]): readonly DeliveryRecord[] =>
  items.flatMap((item) => {
    const delivery = readDelivery(item);
    return delivery === undefined ? [] : [{ conversationId: String(item['conversationId']), delivery }];
  });

/** The deliveries of several lists, by when they are listed: the first first, unless `order` is descending. */
export async function* listedDeliveries(
  table: Table,
  lists: readonly string[],
  query: Pick<Query, 'from' | 'order' | 'pageSize'> = {},
): AsyncGenerator<DeliveryRecord> {
  const heads = await Promise.all(
    lists.map(async (list) => {
      const items = table.query({ ...query, index: 'listing', partition: list })[Symbol.asyncIterator]();
      return { items, next: await items.next() };
    }),
  );
  const sign = query.order === 'descending' ? -1 : 1;
  const byTime = (one: Item, other: Item) => (String(one['listedAt']) < String(other['listedAt']) ? -sign : sign);
  for (;;) {
    const open = heads.filter(({ next }) => !next.done);
    const [first] = open.toSorted((one, other) => byTime(one.next.value, other.next.value));
    if (first === undefined) return;
    yield* deliveriesIn([first.next.value]);
    first.next = await first.items.next();
  }
}
