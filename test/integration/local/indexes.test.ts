import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { expect, jest, test } from '@jest/globals';
import dynaliteDb, { type Item, type Table } from 'dynalite/db/index.js';
import { account, credentialsOf } from '../../../local/lib/settings.ts';
import { provisionTables } from '../../../local/provision/queues-and-tables.ts';
import { superviseServer } from '../../../local/servers/servers.ts';
import { newDirectory } from './support/directory.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

const directory = newDirectory();
const accessKey = 'of-this-test';
const script = join(process.cwd(), 'local/servers/dynamodb-process.ts');
const string = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
const definition = {
  name: 'Chats',
  properties: {
    AttributeDefinitions: [string('pk'), string('listed')],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'listing',
        KeySchema: [{ AttributeName: 'listed', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['state', 'reason'] },
      },
    ],
  },
};
const item = (pk: string, listed: string) => ({ pk: { S: pk }, listed: { S: listed }, body: { S: 'words' } });

/** Runs the server as a start of the stack does, for as long as the work takes. */
async function whileItRuns<T>(work: (client: DynamoDBClient) => Promise<T>) {
  const printed: string[] = [];
  const print = (line: string) => printed.push(line);
  const server = await superviseServer({ script, accessKey, directory, log: (output) => output.resume(), print });
  const credentials = credentialsOf(accessKey);
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: account.region, credentials });
  const result = await work(client);
  client.destroy();
  await server.stop();
  return { result, printed };
}

const listed = async (client: DynamoDBClient, value: string) => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: 'Chats',
      IndexName: 'listing',
      KeyConditionExpression: 'listed = :value',
      ExpressionAttributeValues: { ':value': { S: value } },
    }),
  );
  return Items.map(({ pk }) => pk?.S).toSorted();
};
const bothLists = async (client: DynamoDBClient) => ({
  pending: await listed(client, 'pending'),
  parked: await listed(client, 'parked'),
});

/** What dynalite has done of a write when it is killed: the index entries, and not the item. */
async function killedBetween(...writes: readonly (readonly [before: Item | null, after: Item | null])[]) {
  const store = dynaliteDb.create({ path: directory });
  const update = promisify(dynaliteDb.updateIndexes);
  for await (const table of store.db.values<Table>({ gte: 'table~', lt: 'table\x7f' })) {
    for (const [before, after] of writes) await update(store, table, before, after);
  }
  await store.db.close();
}

test('an index that a kill has left ahead of its table is repaired at the next start, and a line says so', async () => {
  await whileItRuns(async (client) => {
    await provisionTables(client, [definition]);
    for (const Item of [item('changed', 'pending'), item('deleted', 'pending'), item('kept', 'parked')]) {
      await client.send(new PutItemCommand({ TableName: 'Chats', Item }));
    }
  });
  await killedBetween(
    [null, item('new', 'pending')],
    [item('changed', 'pending'), item('changed', 'parked')],
    [item('deleted', 'pending'), null],
  );
  expect(await whileItRuns(bothLists)).toEqual({
    result: { pending: ['changed', 'deleted'], parked: ['kept'] },
    printed: ["Repaired the table's indexes after a sudden end: 4 entries."],
  });
  const { printed } = await whileItRuns(bothLists);
  expect(printed).toEqual([]);
});
