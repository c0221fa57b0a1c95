import { decompress } from '../platform/compression.ts';
import { deleteChunks, getChunks } from './chunks.ts';
import { rejectedKey } from './keys.ts';
import type { Table } from './table.ts';

export type RejectedBody = {
  /** Why it was rejected, in a word. */
  readonly reason: string;
  /** As it came. */
  readonly body: Uint8Array;
  readonly receivedAt: Date;
};

/** The refused bodies that `createKeepRejected` keeps, to be looked at and sent through again. */
export function createRejectedBodies(table: Table) {
  const addressOf = (id: string) => ({ pk: rejectedKey(id).pk, prefix: 'BODY#' });

  return {
    /** @throws Error where it is listed, but a part of it is not there */
    read: async (id: string): Promise<RejectedBody | undefined> => {
      const header = await table.get(rejectedKey(id), { consistent: true });
      if (header === undefined) return undefined;
      const body = await decompress(await getChunks(table, addressOf(id)));
      return { reason: String(header['reason']), body, receivedAt: new Date(String(header['receivedAt'])) };
    },
    remove: async (id: string): Promise<void> => {
      // Read, not taken from the delete's answer: one that is lost, and asked for again, tells of nothing.
      const header = await table.get(rejectedKey(id), { consistent: true });
      // Unlisted first: who dies here leaves chunks, which expire, and not a body that cannot be read.
      await table.delete(rejectedKey(id));
      await deleteChunks(table, addressOf(id), Number(header?.['chunks'] ?? 0));
    },
  };
}
