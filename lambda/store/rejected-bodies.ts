import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { decompress } from '../platform/compression.ts';
import type { RejectedBody } from '../replaying/replay-rejected.ts';
import { deleteChunks, getChunks } from './chunks.ts';
import { rejectedKey } from './keys.ts';
import type { Table } from './table.ts';

/** The refused bodies that `createKeepRejected` keeps, to be looked at and sent through again. */
export function createRejectedBodies(table: Table) {
  const { documents, tableName } = table;
  const addressOf = (id: string) => ({ pk: rejectedKey(id).pk, prefix: 'BODY#' });

  const readHeader = async (id: string) => {
    const command = new GetCommand({ TableName: tableName, Key: rejectedKey(id), ConsistentRead: true });
    return (await documents.send(command)).Item;
  };

  return {
    /** @throws Error where it is listed, but a part of it is not there */
    read: async (id: string): Promise<RejectedBody | undefined> => {
      const header = await readHeader(id);
      if (header === undefined) return undefined;
      const body = await decompress(await getChunks(table, addressOf(id)));
      return { reason: String(header['reason']), body, receivedAt: new Date(String(header['receivedAt'])) };
    },
    remove: async (id: string): Promise<void> => {
      // Unlisted first: who dies here leaves chunks, which expire, and not a body that cannot be read.
      const command = new DeleteCommand({ TableName: tableName, Key: rejectedKey(id), ReturnValues: 'ALL_OLD' });
      const { Attributes: header } = await documents.send(command);
      await deleteChunks(table, addressOf(id), Number(header?.['chunks'] ?? 0));
    },
  };
}
