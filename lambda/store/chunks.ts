import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item, Table } from './table.ts';

/** An item holds 400 KB, names and keys included. */
export const chunkBytes = 380 * 1024;

export type ChunkAddress = {
  readonly pk: string;
  /** The chunks' sort keys are this and their number. */
  readonly prefix: string;
};

const chunkKey = ({ pk, prefix }: ChunkAddress, index: number) => ({
  pk,
  sk: `${prefix}${String(index).padStart(3, '0')}`,
});

/** Writes bytes of any length over as many items as they need; answers how many. */
export async function putChunks(
  { documents, tableName }: Table,
  address: ChunkAddress,
  bytes: Uint8Array,
  expiresAt: number,
): Promise<number> {
  const count = Math.max(1, Math.ceil(bytes.length / chunkBytes));
  await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const data = bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes);
      const Item = { ...chunkKey(address, index), count, data, expiresAt };
      return documents.send(new PutCommand({ TableName: tableName, Item }));
    }),
  );
  return count;
}

/** @throws Error where a chunk is missing: better no body than half of one */
export async function getChunks({ documents, tableName }: Table, address: ChunkAddress): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let expected: unknown;
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': address.pk, ':prefix': address.prefix },
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    for (const { data, count } of page.Items ?? []) {
      if (data instanceof Uint8Array) chunks.push(data);
      expected ??= count;
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  if (chunks.length === 0 || chunks.length !== expected) {
    throw new Error(`A stored body is incomplete: ${chunks.length} of ${String(expected ?? 'its')} chunks are there.`);
  }
  return Buffer.concat(chunks);
}

export async function deleteChunks({ documents, tableName }: Table, address: ChunkAddress, count: number) {
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      documents.send(new DeleteCommand({ TableName: tableName, Key: chunkKey(address, index) })),
    ),
  );
}
