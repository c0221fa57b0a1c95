import { createHash } from 'node:crypto';
import { compress } from '../platform/compression.ts';
import type { KeepRejected } from '../receive/ports.ts';
import { putChunks } from './chunks.ts';
import { expiresAt, rejectedKey, rejectedRoomKey } from './keys.ts';
import type { Table } from './table.ts';

export type RejectedOptions = {
  readonly retentionDays: number;
  /** Compressed bytes that may be kept a day (UTC): what comes after them is dropped. Null: no bound. */
  readonly dailyBytes: number | null;
  readonly now: () => Date;
};

/** Keeps refused bodies by their content: the same rubbish a thousand times is one item, counted. */
export function createKeepRejected(table: Table, { retentionDays, dailyBytes, now }: RejectedOptions): KeepRejected {
  return async (body, { reason, detail, faults }) => {
    const id = createHash('sha256').update(body).digest('hex').slice(0, 32);
    const at = now();
    if (await countCopy(table, id, at)) return id;
    const bytes = await compress(body);
    if (dailyBytes !== null && !(await reserveQuota(table, bytes.length, { dailyBytes, at }))) return undefined;

    const key = rejectedKey(id);
    const expires = expiresAt(at, retentionDays);
    const chunks = await putChunks(table, { pk: key.pk, prefix: 'BODY#' }, bytes, expires);
    const receivedAt = at.toISOString();
    const listed = { listed: 'rejected', listedAt: receivedAt };
    await table.put({ ...key, ...listed, reason, detail, faults, chunks, receivedAt, copies: 1, expiresAt: expires });
    return id;
  };
}

/** Whether this very body is kept already. What has expired may lie there in part, until DynamoDB comes round to it. */
async function countCopy(table: Table, id: string, at: Date): Promise<boolean> {
  const { held } = await table.update(rejectedKey(id), {
    update: 'SET listedAt = :at ADD copies :one',
    condition: 'expiresAt > :now',
    values: { ':at': at.toISOString(), ':one': 1, ':now': expiresAt(at, 0) },
  });
  return held;
}

/** Whether there is room left for it today. */
async function reserveQuota(
  table: Table,
  bytes: number,
  { dailyBytes, at }: { readonly dailyBytes: number; readonly at: Date },
): Promise<boolean> {
  const { held } = await table.update(rejectedRoomKey(at), {
    update: 'SET expiresAt = :expires ADD taken :bytes',
    condition: 'attribute_not_exists(taken) OR taken <= :left',
    values: { ':bytes': bytes, ':left': dailyBytes - bytes, ':expires': expiresAt(at, 2) },
  });
  return held;
}
