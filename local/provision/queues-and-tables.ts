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

/** Creates the queues that do not exist, and gives all of them the template's attributes. */
export async function provisionQueues(sqs: SQSClient, queues: readonly QueueDefinition[]): Promise<void> {
  for (const { name, attributes } of queues) {
    // Without attributes, so that a queue that exists with others is no conflict.
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
  }
}

/**
 * Creates the tables that do not exist. Where infra/ has changed a table's keys or indexes, its name is another one
 * (`identities.ts`): then the items of the old table are moved, so that a restart finds everything again.
 */
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
  // CloudFormation's names and shapes are those of the API, and the server checks them.
  const input = { ...properties, TableName: name, BillingMode: 'PAY_PER_REQUEST' } as CreateTableCommandInput;
  await dynamodb.send(new CreateTableCommand(input));
  while (!(await isActive(dynamodb, name))) await sleep(10);
}

async function isActive(dynamodb: DynamoDBClient, name: string): Promise<boolean> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
  return Table?.TableStatus === 'ACTIVE';
}

/** The old table goes last: a stack that is killed in between moves everything once more. */
async function moveItems(dynamodb: DynamoDBClient, from: string, to: string): Promise<void> {
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: from })) {
    for (const Item of Items) await dynamodb.send(new PutItemCommand({ TableName: to, Item }));
  }
  await dynamodb.send(new DeleteTableCommand({ TableName: from }));
}
