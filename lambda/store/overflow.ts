import { createHash } from 'node:crypto';
import type { Overflow } from '../queue/envelope.ts';
import { getChunks, putChunks } from './chunks.ts';
import { expiresAt, overflowPartition } from './keys.ts';
import type { Table } from './table.ts';

/** A message lives on the queue for 14 days at most; one day more for the one who works on it. */
const days = 15;

/** Keeps bodies that the queue cannot carry, by their content, so that a copy takes no room. */
export function createOverflow(table: Table, now: () => Date): Overflow {
  const address = (id: string) => ({ pk: overflowPartition(id), prefix: 'BODY#' });
  return {
    put: async (bytes) => {
      const id = createHash('sha256').update(bytes).digest('hex');
      await putChunks(table, address(id), bytes, expiresAt(now(), days));
      return id;
    },
    get: (id) => getChunks(table, address(id)),
  };
}
