import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { decompress } from '../platform/compression.ts';
import { deleteChunks, getChunks } from './chunks.ts';
import { overflowPrefix } from './keys.ts';
import type { Table } from './table.ts';

export type OverflowBody = {
  readonly read: () => Promise<string>;
  readonly remove: () => Promise<void>;
};

/** The bodies that were too large for the queue. They are in no list: this reads through the whole table. */
export async function* overflowBodies(table: Table): AsyncGenerator<OverflowBody> {
  const { documents, tableName } = table;
  const scan = {
    TableName: tableName,
    FilterExpression: 'begins_with(pk, :prefix) AND sk = :first',
    ExpressionAttributeValues: { ':prefix': overflowPrefix, ':first': 'BODY#000' },
    ProjectionExpression: 'pk, #count',
    ExpressionAttributeNames: { '#count': 'count' },
  };
  for await (const { Items = [] } of paginateScan({ client: documents }, scan)) {
    for (const { pk, count } of Items) {
      const address = { pk: String(pk), prefix: 'BODY#' };
      yield {
        read: async () => String(await decompress(await getChunks(table, address))),
        remove: () => deleteChunks(table, address, Number(count)),
      };
    }
  }
}
