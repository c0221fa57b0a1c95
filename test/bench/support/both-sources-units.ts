import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTable } from '../../../lambda/store/dynamodb-table.ts';
import { aTalk, hookOf, snapshotOf } from '../../fixtures/told-by-both.ts';
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts';
import { saveCopyOn } from '../../support/save-copy.ts';
import { tableDefinition } from '../../support/table-definition.ts';
import { startCountingDynamoDb, type Units } from './counting-dynamodb.ts';

/** About as long as most chats: 3 KB. */
const lines = Array.from({ length: 12 }, (_, at) => ({
  by: at % 2 === 0 ? ('visitor' as const) : ('agent' as const),
  text: `What somebody says in line ${at} of this chat is about as long as this.`,
  after: 4_000 + 20_000 * at,
}));

/** What saving a chat takes: of one source alone, and of both, the hook's copy first. */
export async function unitsOfBothSources(): Promise<Readonly<Record<'alone' | 'hook' | 'api', Units>>> {
  const database = await startDynamoDbLocal();
  const counting = await startCountingDynamoDb(database.endpoint);
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = new DynamoDBClient({ endpoint: counting.endpoint, region: 'eu-central-1', credentials });
  const TableName = 'forwarder';
  const table = createTable(client, TableName);
  const alone = saveCopyOn(table, { hasApi: false });
  const withBoth = saveCopyOn(table, { hasApi: true });
  const unitsOf = async (save: typeof alone, body: string): Promise<Units> => {
    counting.take();
    await save({ body, receivedAt: new Date() });
    return counting.take();
  };
  try {
    await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...tableDefinition }));
    const talk = aTalk({ lines });
    return {
      alone: await unitsOf(alone, hookOf({ ...talk, number: 1 })),
      hook: await unitsOf(withBoth, hookOf({ ...talk, number: 2 })),
      api: await unitsOf(withBoth, snapshotOf({ ...talk, number: 2 })),
    };
  } finally {
    client.destroy();
    counting.close();
    await database.close();
  }
}
