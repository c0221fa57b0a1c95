import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { createTable, type Table } from '../../lambda/store/table.ts';

export type TestTable = { readonly table: Table; readonly close: () => Promise<void> };

/** The one table, as `infra/` describes it, on a DynamoDB of its own in memory. */
export async function startTable(): Promise<TestTable> {
  const server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const attributes = ['pk', 'sk', 'listed', 'listedAt'];
  await client.send(
    new CreateTableCommand({
      TableName: 'forwarder',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'listing',
          Projection: { ProjectionType: 'ALL' },
          KeySchema: [
            { AttributeName: 'listed', KeyType: 'HASH' },
            { AttributeName: 'listedAt', KeyType: 'RANGE' },
          ],
        },
      ],
    }),
  );
  return {
    table: createTable(client, 'forwarder'),
    close: async () => {
      client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
