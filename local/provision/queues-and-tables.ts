import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueDefinition, TableDefinition } from '../template/definitions.ts';
import { tableDigestLength } from '../template/identities.ts';

export async function provisionQueues(sqs: SQSClient, queues: readonly QueueDefinition[]): Promise<void> {
  for (const { name, attributes } of queues) {
    // Without attributes, which could conflict with those of an existing queue.
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
  }
}

/** Creates missing tables. If a table's keys or indexes have changed (`identities.ts`), moves the old table's items. */
export async function provisionTables(dynamodb: DynamoDBClient, tables: readonly TableDefinition[]): Promise<void> {
  const { TableNames: present = [] } = await dynamodb.send(new ListTablesCommand());
  for (const table of tables) {
    if (!present.includes(table.name)) await createTable(dynamodb, table);
    const former = present.filter((name) => name !== table.name && stem(name) === stem(table.name));
    for (const name of former) await moveItems(dynamodb, name, table.name);
  }
}

const stem = (tableName: string) => tableName.slice(0, -tableDigestLength);

async function createTable(dynamodb: DynamoDBClient, { name, properties }: TableDefinition): Promise<void> {
  // CloudFormation's properties are those of the API; the server checks them.
  const input = { ...properties, TableName: name, BillingMode: 'PAY_PER_REQUEST' } as CreateTableCommandInput;
  await dynamodb.send(new CreateTableCommand(input));
  while (!(await isActive(dynamodb, name))) await sleep(10);
}

async function isActive(dynamodb: DynamoDBClient, name: string): Promise<boolean> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
  return Table?.TableStatus === 'ACTIVE';
}

/** Deletes the old table last, so that a restart can repeat the move. */
async function moveItems(dynamodb: DynamoDBClient, from: string, to: string): Promise<void> {
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: from })) {
    for (const Item of Items) await dynamodb.send(new PutItemCommand({ TableName: to, Item }));
  }
  await dynamodb.send(new DeleteTableCommand({ TableName: from }));
}
