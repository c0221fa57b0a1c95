import { randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { compress, decompress } from '../platform/compression.ts';
import type { KeepWaiting } from '../receiving/ports.ts';
import type { WaitingHook } from '../sweeping/sweep.ts';
import { deleteChunks, getChunks, putChunks } from './chunks.ts';
import { expiresAt, waitingKey } from './keys.ts';
import type { Item, Table } from './table.ts';

/** The sweep empties this within minutes of the queue's return; a queue that is away for longer is a catastrophe. */
const days = 30;

/** Keeps an accepted hook in the table while the queue is away. */
export function createKeepWaiting(table: Table): KeepWaiting {
  return async (body, receivedAt) => {
    // Its own place, even for the same body once more: what a sweep is removing must not be mixed with what comes.
    const key = waitingKey(randomUUID());
    const expires = expiresAt(receivedAt, days);
    const bytes = await compress(Buffer.from(body));
    const chunks = await putChunks(table, { pk: key.pk, prefix: 'BODY#' }, bytes, expires);
    // Listed only once the body is there.
    const listed = { listed: 'waiting', listedAt: receivedAt.toISOString() };
    const Item = { ...key, ...listed, receivedAt: receivedAt.toISOString(), chunks, expiresAt: expires };
    await table.documents.send(new PutCommand({ TableName: table.tableName, Item }));
  };
}

/** The hooks that wait in the table, oldest first. */
export function createListWaiting(table: Table): (limit: number) => Promise<readonly WaitingHook[]> {
  return async (limit) => {
    const { Items = [] } = await table.documents.send(
      new QueryCommand({
        TableName: table.tableName,
        IndexName: 'listing',
        KeyConditionExpression: 'listed = :waiting',
        ExpressionAttributeValues: { ':waiting': 'waiting' },
        Limit: limit,
      }),
    );
    return Items.map((item) => toWaitingHook(table, item));
  };
}

function toWaitingHook(table: Table, { pk, sk, receivedAt, chunks }: Item): WaitingHook {
  const address = { pk: String(pk), prefix: 'BODY#' };
  return {
    id: address.pk,
    read: async () => {
      const bytes = await decompress(await getChunks(table, address));
      return { body: bytes.toString(), receivedAt: new Date(String(receivedAt)) };
    },
    remove: async () => {
      // Unlisted first: a sweep that dies here leaves chunks, which expire, and not a hook that cannot be read.
      await table.documents.send(new DeleteCommand({ TableName: table.tableName, Key: { pk, sk } }));
      await deleteChunks(table, address, Number(chunks));
    },
  };
}
