import { randomUUID } from 'node:crypto';
import { type Delivery, dueAt } from '../delivery/delivery.ts';
import type { Ledger } from '../delivery/ports.ts';
import { deliveryKey, expiresAt } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Deliveries in the table. What is neither delivered nor skipped is listed by its state. */
export function createLedger(
  table: Table,
  { retentionDays, now }: { readonly retentionDays: number; readonly now: () => Date },
): Ledger {
  return {
    read: async (conversationId, destination) =>
      readDelivery(await table.get(deliveryKey(conversationId, destination), { consistent: true })),
    write: async (conversationId, delivery) => {
      const { destination, version } = delivery;
      const key = deliveryKey(conversationId, destination);
      const writeId = randomUUID();
      const { held, old } = await table.put(
        {
          ...key,
          ...listing(delivery),
          conversationId,
          delivery,
          writeId,
          expiresAt: expiresAt(now(), retentionDays),
        },
        version === 1
          ? { condition: 'attribute_not_exists(pk)', returnsOld: true }
          : { condition: 'delivery.version = :known', values: { ':known': version - 1 }, returnsOld: true },
      );
      // A write whose answer is lost is sent again, and refused, because it is there already.
      return held || (old ?? (await table.get(key, { consistent: true })))?.['writeId'] === writeId;
    },
    remove: async (conversationId, destination) => {
      await table.delete(deliveryKey(conversationId, destination));
    },
  };
}

/**
 * Under what the index `listing` has a delivery: what is pending by when it is due, the rest by when it became so. What
 * is held for a time is listed apart from what is held for good, of which there may be ever more.
 */
export function listing(delivery: Delivery) {
  const { state, updatedAt, holdUntil } = delivery;
  if (state === 'delivered' || state === 'skipped') return {};
  if (state === 'held' && holdUntil !== null) return { listed: heldForATime, listedAt: updatedAt };
  return { listed: state, listedAt: state === 'pending' ? dueAt(delivery) : updatedAt };
}

export const heldForATime = 'heldForATime';
/** Where to look for what is held. */
export const heldLists = ['held', heldForATime] as const;

/** The delivery in an item that `write` wrote. */
export function readDelivery(item: Item | undefined): Delivery | undefined {
  const delivery = item?.['delivery'];
  return isDelivery(delivery) ? delivery : undefined;
}

/** An item is what `write` wrote, or is of another kind. */
const isDelivery = (value: unknown): value is Delivery =>
  typeof value === 'object' && value !== null && 'version' in value && 'state' in value && 'contentHash' in value;
