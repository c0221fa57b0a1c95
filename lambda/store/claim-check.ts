import { createHash } from 'node:crypto';
import type { GetClaimCheck, PutClaimCheck } from '../queue/envelope.ts';
import { getChunks, putChunks } from './chunks.ts';
import { claimCheckPartition, expiresAt } from './keys.ts';
import type { Table } from './table.ts';

/** A message lives on the queue for 14 days at most; one day more for the one who works on it. */
const days = 15;

const address = (id: string) => ({ pk: claimCheckPartition(id), prefix: 'BODY#' });

/** Keeps bodies that the queue cannot carry, by their content, so that a copy takes no room. */
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
