import { randomUUID } from 'node:crypto';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { type Delivery, dueAt, isWarned, shownState } from '../delivery/delivery.ts';
import type { Ledger } from '../delivery/ports.ts';
import { deliveryKey, expiresAt, paceKey, pacePartition } from './keys.ts';
import { collect, type Item, type Table } from './table.ts';

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
  /** Undefined if there is no time for another try. */
  const pauseAfter = (retries: number, until: Date): number | undefined => {
    const pauseMs = (1 + random()) * 0.5 * Math.min(firstPauseMs * 2 ** retries, maxPauseMs);
    return retries < maxRetries && now().getTime() + pauseMs < until.getTime() ? pauseMs : undefined;
  };

  const register = createRegister(table);

  return {
    read: async (conversationId, destination) =>
      readDelivery(await table.get(deliveryKey(conversationId, destination), { consistent: true })),
    write: async (conversationId, delivery, { patientUntil } = { patientUntil: now() }) => {
      const { destination, version } = delivery;
      const key = deliveryKey(conversationId, destination);
      const writeId = randomUUID();
      const write = async (): Promise<boolean> => {
        if (delivery.state === 'pending') await register(destination);
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
        // A write whose answer was lost is repeated. The second is refused because the first succeeded.
        return isWritten || (old ?? (await table.get(key, { consistent: true })))?.['writeId'] === writeId;
      };
      for (let retries = 0; ; retries += 1) {
        try {
          return await write();
        } catch (error) {
          const pauseMs = pauseAfter(retries, patientUntil);
          if (pauseMs === undefined) throw error;
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

export function readDelivery(item: Item | undefined): Delivery | undefined {
  const delivery = item?.['delivery'];
  return isDelivery(delivery) ? delivery : undefined;
}

const isDelivery = (value: unknown): value is Delivery =>
  typeof value === 'object' && value !== null && 'version' in value && 'state' in value && 'contentHash' in value;

/**
 * Each destination has its own list of pending deliveries, so that a long one does not hold up the others. Release 1.0
 * had one list for all, without a destination.
 */
export const pendingList = (destination: string | undefined) =>
  destination === undefined ? 'pending' : `pending#${destination}`;

/** Registers a destination before anything is listed for it, so that its list can be found even after it is removed. */
function createRegister(table: Table): (destination: string) => Promise<unknown> {
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
