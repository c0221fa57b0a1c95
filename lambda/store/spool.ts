import { randomUUID } from 'node:crypto';
import type { Instant } from '../conversation/model.ts';
import { compress } from '../platform/compression.ts';
import type { Spool } from '../receive/receiver.ts';
import type { SpooledHook } from '../sweep/sweep.ts';
import { expiresAt, spoolKey } from './keys.ts';
import { deleteWithBody, putWithBody, readBody } from './large-bodies.ts';
import { readFirst, type Table } from './table.ts';

/** The sweep empties the spool within minutes of the queue's return. */
const days = 30;

/** Keeps an accepted hook in the table while the queue is unavailable. */
export function createSpool(table: Table): Spool {
  return async (body, receivedAt) => {
    // A new key even for the same body: the sweep may be removing the earlier one.
    const key = spoolKey(randomUUID());
    const at = receivedAt.toISOString();
    const item = { ...key, listed: 'spooled', listedAt: at, receivedAt: at };
    await putWithBody(table, item, compress(Buffer.from(body)), expiresAt(receivedAt, days));
  };
}

export type ListedHook = SpooledHook & { readonly receivedAt: Instant };

/** Spooled hooks, oldest first. */
export function createListSpooled(table: Table): (limit: number) => Promise<readonly ListedHook[]> {
  return async (limit) => {
    const items = await readFirst(table, limit, { index: 'listing', partition: 'spooled' });
    return items.map((item) => {
      const key = { pk: String(item['pk']), sk: String(item['sk']) };
      const receivedAt = String(item['receivedAt']);
      return {
        id: key.pk,
        receivedAt,
        read: async () => ({ body: String(await readBody(table, key.pk)), receivedAt: new Date(receivedAt) }),
        remove: () => deleteWithBody(table, key),
      };
    });
  };
}
