import { type Delivery, type FirstAttempts, unwrittenClaim } from '../delivering/ledger.ts';
import type { Ledger, WriteFirst } from '../delivering/ports.ts';
import { together } from '../platform/together.ts';
import { packAttempts, unpackAttempts } from './attempts.ts';
import { chatKey, deliveryKey, expiresAt } from './keys.ts';
import { type Item, mostPerPut, type Table } from './table.ts';

type Options = { readonly retentionDays: number; readonly now: () => Date };

/** Deliveries in the table. What is not delivered is listed by its state and time. */
export function createLedger(table: Table, options: Options): Ledger {
  return {
    read: async (conversationId, destination, by) => {
      const item = await table.get(deliveryKey(conversationId, destination), { consistent: true });
      if (item !== undefined) return readDelivery(item);
      const header = await table.get(chatKey(conversationId), { consistent: true });
      return firstDeliveries(header, by).find((delivery) => delivery.destination === destination);
    },
    write: async (conversationId, delivery) => {
      const { held } = await table.put(
        toItem(conversationId, delivery, options),
        delivery.version === 1
          ? { condition: 'attribute_not_exists(pk)' }
          : { condition: 'delivery.version = :known', values: { ':known': delivery.version - 1 } },
      );
      return held;
    },
  };
}

/** Those that end in one turn of the event loop are written in one request: to ask takes more time than what is asked. */
export function createWriteFirst(table: Pick<Table, 'putMany'>, options: Options): WriteFirst {
  const put = together<ReturnType<typeof toItem>>((items) => table.putMany(items), mostPerPut);
  return (conversationId, delivery) => put(toItem(conversationId, delivery, options));
}

const toItem = (conversationId: string, delivery: Delivery, { retentionDays, now }: Options) => ({
  ...deliveryKey(conversationId, delivery.destination),
  ...listing(delivery),
  conversationId,
  destination: delivery.destination,
  delivery: { ...delivery, earlier: packAttempts(delivery.earlier) },
  expiresAt: expiresAt(now(), retentionDays),
});

/**
 * Under what the index has a delivery. What is pending is listed by when it is due, what an operator must look at by since
 * when; the rest is not. Nor is the very first attempt while it is under way: its message is on the queue, and whoever
 * receives that next, should this process die, lists the delivery. Of one that was restarted, the message may never have come
 * there.
 */
export function listing({ state, nextAttemptAt, leaseUntil, version, died, since, updatedAt }: Delivery) {
  const isFirstUnderWay = leaseUntil !== null && version === 1 && died === 0;
  if (state === 'delivered' || state === 'skipped' || (state === 'pending' && isFirstUnderWay)) return {};
  return { listed: state, listedAt: state === 'pending' ? (nextAttemptAt ?? leaseUntil ?? updatedAt) : since };
}

/** The delivery in an item that `write` wrote. */
export function readDelivery(item: Item | undefined): Delivery | undefined {
  const delivery = item?.['delivery'];
  if (!isDelivery(delivery)) return undefined;
  const { followUpId = null, contactOf = null, told = null, durationMs = null, earlier } = delivery;
  return { ...delivery, followUpId, contactOf, told, durationMs, earlier: unpackAttempts(earlier) };
}

/** The deliveries that others have claimed in a conversation's header. Each is so only until something is written of it. */
export function firstDeliveries(header: Item | undefined, by?: string): readonly Delivery[] {
  const { contentHash, revision, firstAttempts } = header ?? {};
  if (!isFirstAttempts(firstAttempts) || firstAttempts.by === by) return [];
  const copy = { contentHash: String(contentHash), revision: String(revision) };
  return firstAttempts.destinations.map((destination) => unwrittenClaim({ destination, ...copy }, firstAttempts));
}

/** Release 0.1 wrote none. */
const isFirstAttempts = (value: unknown): value is FirstAttempts =>
  typeof value === 'object' && value !== null && 'destinations' in value && Array.isArray(value.destinations);

/** Without what release 0.1 did not know. */
type Written = Omit<Delivery, Added | 'earlier'> & Partial<Pick<Delivery, Added>> & { readonly earlier?: unknown };

type Added = 'followUpId' | 'contactOf' | 'told' | 'durationMs';

const isDelivery = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && 'version' in value && 'state' in value && 'contentHash' in value;
