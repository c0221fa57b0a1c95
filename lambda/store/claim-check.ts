import { createHash } from 'node:crypto';
import { decompress } from '../platform/compression.ts';
import type { GetClaimCheck, PutClaimCheck } from '../queue/envelope.ts';
import { deleteChunks, getChunks, putChunks } from './chunks.ts';
import { claimCheckPartition, claimCheckPrefix, expiresAt } from './keys.ts';
import type { Table } from './table.ts';

/** A message stays on the queue for 14 days at most; one more day to process it. */
const days = 15;

const address = (id: string) => ({ pk: claimCheckPartition(id), prefix: 'BODY#' });

/** Stores bodies that are too large for the queue under their digest, so that copies share one item. */
export function createPutClaimCheck(table: Table, now: () => Date): PutClaimCheck {
  return async (bytes) => {
    const id = createHash('sha256').update(bytes).digest('hex');
    await putChunks(table, address(id), bytes, expiresAt(now(), days));
    return id;
  };
}

export function createGetClaimCheck(table: Table): GetClaimCheck {
  return (id) => getChunks(table, address(id));
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
    attributes: 'pk, #count',
    names: { '#count': 'count' },
  });
  for await (const { pk, count } of first) {
    const address = { pk: String(pk), prefix: 'BODY#' };
    yield {
      partition: address.pk,
      read: async () => String(await decompress(await getChunks(table, address))),
      remove: () => deleteChunks(table, address, Number(count)),
    };
  }
}
