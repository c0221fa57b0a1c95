import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { hasJava, startDynamoDbLocal } from './dynamodb-local.ts';
import { type ProbedTable, probedTable } from './probed-table.ts';
import { simulatedDatabase } from './simulated-database.ts';
import { tableDefinition } from './table-definition.ts';

export type TestDatabase = {
  /** A table of its own for whoever asks, as `infra/` describes it. */
  readonly newTable: () => Promise<ProbedTable>;
  readonly close: () => Promise<void>;
};

/** The DynamoDB that `npm start` uses, in memory. */
export async function startDynalite(): Promise<TestDatabase> {
  const server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return database(`http://127.0.0.1:${port}`, async () => {
    server.close();
    await once(server, 'close');
  });
}

/** What stands for DynamoDB in the store's tests: `describe.each(lanes())`. Tells where one is left out. */
export function lanes(): readonly { readonly lane: string; readonly start: () => Promise<TestDatabase> }[] {
  const embedded = [
    { lane: 'dynalite', start: startDynalite },
    { lane: 'the simulated table', start: async () => simulatedDatabase() },
  ];
  const startOfficial = async () => {
    const { endpoint, close } = await startDynamoDbLocal();
    return database(endpoint, close);
  };
  if (hasJava()) return [...embedded, { lane: 'DynamoDB Local', start: startOfficial }];
  process.stdout.write('No Java here: the tests on DynamoDB Local are left out.\n');
  return embedded;
}

export type TestTable = { readonly table: ProbedTable; readonly close: () => Promise<void> };

/** One table, for tests that need no more: the simulated one, which the store's tests hold against the others. */
export async function startTable(): Promise<TestTable> {
  const { newTable, close } = simulatedDatabase();
  return { table: await newTable(), close };
}

function database(endpoint: string, closeServer: () => Promise<void>): TestDatabase {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
  let tables = 0;
  return {
    newTable: async () => {
      tables += 1;
      const name = { TableName: `forwarder-${tables}` };
      await client.send(new CreateTableCommand({ ...name, BillingMode: 'PAY_PER_REQUEST', ...tableDefinition }));
      await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.05 }, name);
      return probedTable(endpoint, name.TableName);
    },
    close: async () => {
      client.destroy();
      await closeServer();
    },
  };
}
