import { randomUUID } from 'node:crypto';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { type Delivery, dueAt, isWarned, shownState } from '../delivery/delivery.ts';
import type { Ledger } from '../delivery/ports.ts';
import { deliveryKey, expiresAt, paceKey, pacePartition } from './keys.ts';
import { collect, type Item, isRecordOf, type Table } from './table.ts';

type LedgerOptions = {
  readonly retentionDays: number;
  readonly now: () => Date;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  /** From 0 to 1. */
  readonly random?: () => number;
};

/** A patient write tries for about 20 seconds. */
const maxRetries = 15;
const firstPauseMs = 200;
const maxPauseMs = 2_000;

/** Deliveries in the table. The index `listing` has those that are neither delivered nor skipped. */
export function createLedger(
  table: Table,
  { retentionDays, now, sleep = sleepFor, random = Math.random }: LedgerOptions,
): Ledger {
  const register = createRegister(table);

  async function writeOnce(conversationId: string, delivery: Delivery, writeId: string): Promise<boolean> {
    const { destination, state, version } = delivery;
    if (state === 'pending') await register(destination);
    const key = deliveryKey(conversationId, destination);
    const expires = expiresAt(now(), retentionDays);
    const { isWritten, old } = await table.put(
      { ...key, ...listing(delivery), conversationId, delivery, writeId, expiresAt: expires },
      version === 1
        ? { condition: 'attribute_not_exists(pk)', returnsOld: true }
        : { condition: 'delivery.version = :known', values: { ':known': version - 1 }, returnsOld: true },
    );
    // A write whose answer was lost is repeated. The second is refused because the first succeeded.
    return isWritten || (old ?? (await table.get(key, { consistent: true })))?.['writeId'] === writeId;
  }

  return {
    read: async (conversationId, destination) =>
      readDelivery(await table.get(deliveryKey(conversationId, destination), { consistent: true })),
    write: async (conversationId, delivery, { patientUntil } = { patientUntil: now() }) => {
      const writeId = randomUUID();
      for (let retries = 0; ; retries += 1) {
        try {
          return await writeOnce(conversationId, delivery, writeId);
        } catch (error) {
          const pauseMs = (1 + random()) * 0.5 * Math.min(firstPauseMs * 2 ** retries, maxPauseMs);
          if (retries >= maxRetries || now().getTime() + pauseMs >= patientUntil.getTime()) throw error;
          await sleep(pauseMs);
        }
      }
    },
    remove: async (conversationId, destination) => {
      await table.delete(deliveryKey(conversationId, destination));
    },
  };
}

/**
 * A pending delivery is listed with those of its destination by when it is due, any other by when its state changed.
 * Deliveries held for a time have a list of their own, because the list without a limit only grows. A delivered one is
 * listed only if it lacks something.
 */
function listing(delivery: Delivery) {
  const { updatedAt, holdUntil } = delivery;
  const state = shownState(delivery);
  if (isWarned(delivery)) return { listed: 'warned', listedAt: updatedAt };
  if (state === 'delivered' || state === 'skipped') return {};
  if (state === 'held' && holdUntil !== null) return { listed: heldForATime, listedAt: updatedAt };
  if (state === 'pending') return { listed: pendingList(delivery.destination), listedAt: dueAt(delivery) };
  return { listed: state, listedAt: updatedAt };
}

export const heldForATime = 'heldForATime';
/** The lists of held deliveries. */
export const heldLists = ['held', heldForATime] as const;

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

/** Each destination has its own list of pending deliveries, so that a long one does not hold up the others. */
export const pendingList = (destination: string) => `pending#${destination}`;

/** Registers a destination before anything is listed for it, so that its list can be found even after it is removed. */
function createRegister(table: Table): (destination: string) => Promise<void> {
  const registered = new Set<string>();
  return async (destination) => {
    if (registered.has(destination)) return;
    await table.put(paceKey(destination), { condition: 'attribute_not_exists(pk)' });
    registered.add(destination);
  };
}

/** An item for each destination that anything was ever pending for. */
export const registeredDestinations = (table: Table): Promise<readonly Item[]> =>
  collect(table.query({ partition: pacePartition }));

/** Every list of pending deliveries. */
export async function pendingLists(table: Table): Promise<readonly string[]> {
  return (await registeredDestinations(table)).map(({ sk }) => pendingList(String(sk)));
}
