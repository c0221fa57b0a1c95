import { randomUUID } from 'node:crypto';
import { compress, decompress } from '../platform/compression.ts';
import type { Spool } from '../receive/ports.ts';
import type { SpooledHook } from '../sweep/sweep.ts';
import { deleteChunks, getChunks, putChunks } from './chunks.ts';
import { expiresAt, spoolKey } from './keys.ts';
import { collect, type Item, type Table } from './table.ts';

/** The sweep empties this within minutes of the queue's return; a queue that is away for longer is a catastrophe. */
const days = 30;

/** Keeps an accepted hook in the table while the queue is away. */
export function createSpool(table: Table): Spool {
  return async (body, receivedAt) => {
    // Its own place, even for the same body once more: what a sweep is removing must not be mixed with what comes.
    const key = spoolKey(randomUUID());
    const expires = expiresAt(receivedAt, days);
    const bytes = await compress(Buffer.from(body));
    const chunks = await putChunks(table, { pk: key.pk, prefix: 'BODY#' }, bytes, expires);
    // Listed only once the body is there.
    const listed = { listed: 'spooled', listedAt: receivedAt.toISOString() };
    await table.put({ ...key, ...listed, receivedAt: receivedAt.toISOString(), chunks, expiresAt: expires });
  };
}

/** The hooks that wait in the table, oldest first. */
export function createListSpooled(table: Table): (limit: number) => Promise<readonly SpooledHook[]> {
  return async (limit) => {
    const spooled = table.query({
      index: 'listing',
      where: 'listed = :spooled',
      values: { ':spooled': 'spooled' },
      pageSize: limit,
    });
    const items = await collect(spooled, limit);
    return items.map((item) => toSpooledHook(table, item));
  };
}

function toSpooledHook(table: Table, { pk, sk, receivedAt, chunks }: Item): SpooledHook {
  const address = { pk: String(pk), prefix: 'BODY#' };
  return {
    id: address.pk,
    read: async () => {
      const bytes = await decompress(await getChunks(table, address));
      return { body: bytes.toString(), receivedAt: new Date(String(receivedAt)) };
    },
    remove: async () => {
      // Unlisted first: a sweep that dies here leaves chunks, which expire, and not a hook that cannot be read.
      await table.delete({ pk: address.pk, sk: String(sk) });
      await deleteChunks(table, address, Number(chunks));
    },
  };
}
