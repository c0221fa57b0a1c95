import { createHash } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { compress } from '../platform/compression.ts';
import type { KeepRejected } from '../receiving/ports.ts';
import { putChunks } from './chunks.ts';
import { expiresAt, rejectedKey } from './keys.ts';
import type { Table } from './table.ts';

/** Keeps refused bodies by their content: the same rubbish a thousand times is one item, counted. */
export function createKeepRejected(
  table: Table,
  options: { readonly retentionDays: number; readonly now: () => Date },
): KeepRejected {
  return async (body, { reason, detail, faults }) => {
    const id = createHash('sha256').update(body).digest('hex').slice(0, 32);
    const now = options.now();
    const expires = expiresAt(now, options.retentionDays);
    const { pk } = rejectedKey(id);
    const chunks = await putChunks(table, { pk, prefix: 'BODY#' }, await compress(body), expires);
    await table.documents.send(
      new UpdateCommand({
        TableName: table.tableName,
        Key: rejectedKey(id),
        UpdateExpression:
          'SET reason = :reason, detail = :detail, faults = :faults, chunks = :chunks, expiresAt = :expires, listed = :listed, listedAt = :now, ' +
          'receivedAt = if_not_exists(receivedAt, :now) ADD copies :one',
        ExpressionAttributeValues: {
          ':reason': reason,
          ':detail': detail,
          ':faults': faults,
          ':chunks': chunks,
          ':expires': expires,
          ':listed': 'rejected',
          ':now': now.toISOString(),
          ':one': 1,
        },
      }),
    );
    return id;
  };
}
