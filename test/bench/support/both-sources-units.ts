import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createFindChat, createStoredBeginnings } from '../../../lambda/deliver/find-chat.ts';
import { createSaveCopy } from '../../../lambda/deliver/save-copy.ts';
import { readChat, readSources } from '../../../lambda/smartsupp/body/body.ts';
import { createBeginnings } from '../../../lambda/store/beginnings.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createTable } from '../../../lambda/store/dynamodb-table.ts';
import { createReceivedBetween } from '../../../lambda/store/visitors.ts';
import { identityOf } from '../../fixtures/identity.ts';
import { aTalk, hookOf, snapshotOf } from '../../fixtures/told-by-both.ts';
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts';
import { tableDefinition } from '../../support/table-definition.ts';
import { startCountingDynamoDb, type Units } from './counting-dynamodb.ts';

const options = { retentionDays: 30 };
const log = { info: () => {}, warn: () => {}, error: () => {} };

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
  const beginnings = createBeginnings(table, options);
  const conversations = createConversations(table, options);
  const common = { conversations, read: readChat, identityOf };
  const receivedBetween = createReceivedBetween(table);
  const storedBeginnings = createStoredBeginnings({
    receivedBetween,
    load: conversations.load,
    readSources,
    identityOf,
  });
  const alone = createSaveCopy(common);
  const withBoth = createSaveCopy({
    ...common,
    bothSources: { findChat: createFindChat({ beginnings, storedBeginnings, log }), forget: beginnings.forget },
  });
  const unitsOf = async (save: typeof alone, body: string): Promise<Units> => {
    counting.take();
    await save({ body, receivedAt: new Date(), maxLength: Number.POSITIVE_INFINITY });
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
