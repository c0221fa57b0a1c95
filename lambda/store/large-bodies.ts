import { createHash } from 'node:crypto';
import { decompress } from '../platform/compression.ts';
import type { GetClaimCheck, PutClaimCheck } from '../queue/envelope.ts';
import { claimCheckPrefix, expiresAt } from './keys.ts';
import { beginningWith, collect, deleteFound, type Key, type Table, type Values } from './table.ts';

/** An item holds 400 KB, including names and keys. */
export const chunkBytes = 380 * 1024;

/** The partition of a body's chunks, and how their sort keys begin. */
export type ChunkAddress = { readonly pk: string; readonly prefix: string };

/** The body of an item that is alone in its partition. */
const bodyIn = (partition: string): ChunkAddress => ({ pk: partition, prefix: 'BODY#' });

const chunkKey = ({ pk, prefix }: ChunkAddress, index: number) => ({
  pk,
  sk: `${prefix}${String(index).padStart(3, '0')}`,
});

/** Writes bytes of any length to as many items as needed. */
export async function putChunks(
  table: Table,
  address: ChunkAddress,
  bytes: Uint8Array,
  expiresAt: number,
): Promise<void> {
  const count = Math.max(1, Math.ceil(bytes.length / chunkBytes));
  await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const data = bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes);
      return table.put({ ...chunkKey(address, index), count, data, expiresAt });
    }),
  );
}

/** @throws Error if a chunk is missing: no body is better than half a body */
export async function getChunks(table: Table, { pk, prefix }: ChunkAddress): Promise<Uint8Array> {
  const items = await collect(table.query({ partition: pk, ...beginningWith(prefix) }));
  const chunks = items.flatMap(({ data }) => (data instanceof Uint8Array ? data : []));
  const expected = items[0]?.['count'];
  // Further chunks are left over from a longer body that these have replaced.
  const body = chunks.slice(0, Number(expected));
  if (body.length === 0 || body.length !== expected) {
    throw new Error(`A stored body is incomplete: ${chunks.length} of ${String(expected ?? 'its')} chunks are there.`);
  }
  return Buffer.concat(body);
}

export async function deleteChunks(table: Table, { pk, prefix }: ChunkAddress): Promise<void> {
  await deleteFound(table, { partition: pk, ...beginningWith(prefix) });
}

/** Writes an item, and its body before it. */
export async function putWithBody(table: Table, item: Key & Values, body: Uint8Array, expiresAt: number) {
  await putChunks(table, bodyIn(item.pk), body, expiresAt);
  await table.put({ ...item, expiresAt });
}

/** Inflates the body of the item that is alone in this partition. */
export const readBody = async (table: Table, partition: string): Promise<Buffer> =>
  decompress(await getChunks(table, bodyIn(partition)));

/**
 * Deletes an item and its body. The item first: if the process dies in between, it leaves chunks that expire, and not an
 * item whose body cannot be read.
 */
export async function deleteWithBody(table: Table, key: Key): Promise<void> {
  await table.delete(key);
  await deleteChunks(table, bodyIn(key.pk));
}

/** A message stays on the queue for up to 14 days. One more day to process it. */
const claimCheckDays = 15;

const claimCheckAddress = (id: string) => bodyIn(claimCheckPrefix + id);

/** Stores bodies that are too large for the queue under their digest, so that copies share one item. */
export function createPutClaimCheck(table: Table, now: () => Date): PutClaimCheck {
  return async (bytes) => {
    const id = createHash('sha256').update(bytes).digest('hex');
    await putChunks(table, claimCheckAddress(id), bytes, expiresAt(now(), claimCheckDays));
    return id;
  };
}

export function createGetClaimCheck(table: Table): GetClaimCheck {
  return (id) => getChunks(table, claimCheckAddress(id));
}

export type ClaimCheckBody = {
  readonly partition: string;
  readonly read: () => Promise<string>;
  readonly remove: () => Promise<void>;
};

/** Reads through the whole table: these bodies are in no index. */
export async function* claimCheckBodies(table: Table): AsyncGenerator<ClaimCheckBody> {
  const first = table.scan({
    filter: 'begins_with(pk, :prefix) AND sk = :first',
    values: { ':prefix': claimCheckPrefix, ':first': 'BODY#000' },
    attributes: ['pk'],
  });
  for await (const { pk } of first) {
    const partition = String(pk);
    yield {
      partition,
      read: async () => String(await readBody(table, partition)),
      remove: () => deleteChunks(table, bodyIn(partition)),
    };
  }
}
