import { randomUUID } from 'node:crypto';
import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Delivery } from '../delivery/delivery.ts';
import type { Ledger } from '../delivery/ports.ts';
import { deliveryKey, expiresAt, paceKey } from './keys.ts';
import { listing, readDelivery } from './lists.ts';
import type { Table } from './table.ts';

type LedgerOptions = {
  readonly retentionDays: number;
  readonly now: () => Date;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  /** From 0 to 1. */
  readonly random?: () => number;
};

/** A patient write tries for about 20 seconds. */
const maxRetries = 20;
const maxPauseMs = 2_000;

/** Deliveries in the table. The index `listing` has those that are neither delivered nor skipped. */
export function createLedger(
  table: Table,
  { retentionDays, now, sleep = sleepFor, random = Math.random }: LedgerOptions,
): Ledger {
  const registered = new Set<string>();

  /** Before anything is listed for a destination, so that its list can be found even after it is removed. */
  async function register(destination: string): Promise<void> {
    if (registered.has(destination)) return;
    await table.put(paceKey(destination), { condition: 'attribute_not_exists(pk)' });
    registered.add(destination);
  }

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
    return isWritten || (old ?? (await table.get(key)))?.['writeId'] === writeId;
  }

  return {
    read: async (conversationId, destination) =>
      readDelivery(await table.get(deliveryKey(conversationId, destination))),
    write: async (conversationId, delivery, { patientUntil } = { patientUntil: now() }) => {
      const writeId = randomUUID();
      for (let retries = 0; ; retries += 1) {
        try {
          return await writeOnce(conversationId, delivery, writeId);
        } catch (error) {
          const pauseMs = random() * maxPauseMs;
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
