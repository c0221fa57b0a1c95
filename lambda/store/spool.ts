import { randomUUID } from 'node:crypto';
import type { Instant } from '../conversation/model.ts';
import { compress, decompress } from '../platform/compression.ts';
import type { Spool } from '../receive/receiver.ts';
import type { SpooledHook } from '../sweep/sweep.ts';
import { expiresAt, spoolKey } from './keys.ts';
import { bodyIn, deleteWithBody, getChunks, putChunks } from './large-bodies.ts';
import { type Item, readFirst, type Table } from './table.ts';

/** The sweep empties the spool within minutes of the queue's return. */
const days = 30;

/** Keeps an accepted hook in the table while the queue is unavailable. */
export function createSpool(table: Table): Spool {
  return async (body, receivedAt) => {
    // A new key even for the same body: the sweep may be removing the earlier one.
    const key = spoolKey(randomUUID());
    const expires = expiresAt(receivedAt, days);
    const bytes = compress(Buffer.from(body));
    await putChunks(table, bodyIn(key.pk), bytes, expires);
    // List it only once the body is stored.
    const listed = { listed: 'spooled', listedAt: receivedAt.toISOString() };
    await table.put({ ...key, ...listed, receivedAt: receivedAt.toISOString(), expiresAt: expires });
  };
}

export type ListedHook = SpooledHook & { readonly receivedAt: Instant };

/** Spooled hooks, oldest first. */
export function createListSpooled(table: Table): (limit: number) => Promise<readonly ListedHook[]> {
  return async (limit) => {
    const items = await readFirst(table, limit, { index: 'listing', partition: 'spooled' });
    return items.map((item) => toSpooledHook(table, item));
  };
}

function toSpooledHook(table: Table, { pk, sk, receivedAt }: Item): ListedHook {
  const key = { pk: String(pk), sk: String(sk) };
  return {
    id: key.pk,
    receivedAt: String(receivedAt),
    read: async () => {
      const bytes = decompress(await getChunks(table, bodyIn(key.pk)));
      return { body: bytes.toString(), receivedAt: new Date(String(receivedAt)) };
    },
    remove: () => deleteWithBody(table, key),
  };
}
