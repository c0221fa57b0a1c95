import { decompress } from '../platform/compression.ts';
import { deleteChunks, getChunks } from './chunks.ts';
import { claimCheckPrefix } from './keys.ts';
import type { Table } from './table.ts';

export type ClaimCheckBody = {
  readonly read: () => Promise<string>;
  readonly remove: () => Promise<void>;
};

/** The bodies that were too large for the queue. They are in no list: this reads through the whole table. */
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
      read: async () => String(await decompress(await getChunks(table, address))),
      remove: () => deleteChunks(table, address, Number(count)),
    };
  }
}
