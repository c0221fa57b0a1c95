import { randomUUID } from 'node:crypto';
import { type Delivery, dueAt, isWarned } from '../delivery/delivery.ts';
import type { Ledger } from '../delivery/ports.ts';
import { deliveryKey, expiresAt } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Deliveries in the table. The index `listing` has those that are neither delivered nor skipped. */
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
      const { isWritten, old } = await table.put(
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
      // The SDK repeats a write whose answer was lost. The second is refused because the first succeeded.
      return isWritten || (old ?? (await table.get(key, { consistent: true })))?.['writeId'] === writeId;
    },
    remove: async (conversationId, destination) => {
      await table.delete(deliveryKey(conversationId, destination));
    },
  };
}

/**
 * A pending delivery is listed by when it is due, any other by when its state changed. What is held for a time is listed
 * apart from what is held without a limit, which grows without one. Of what is delivered, the index has only what lacks
 * something.
 */
function listing(delivery: Delivery) {
  const { state, updatedAt, holdUntil } = delivery;
  if (isWarned(delivery)) return { listed: 'warned', listedAt: updatedAt };
  if (state === 'delivered' || state === 'skipped') return {};
  if (state === 'held' && holdUntil !== null) return { listed: heldForATime, listedAt: updatedAt };
  return { listed: state, listedAt: state === 'pending' ? dueAt(delivery) : updatedAt };
}

export const heldForATime = 'heldForATime';
/** The lists of held deliveries. */
export const heldLists = ['held', heldForATime] as const;

export function readDelivery(item: Item | undefined): Delivery | undefined {
  const delivery = item?.['delivery'];
  return isDelivery(delivery) ? delivery : undefined;
}

const isDelivery = (value: unknown): value is Delivery =>
  typeof value === 'object' && value !== null && 'version' in value && 'state' in value && 'contentHash' in value;
