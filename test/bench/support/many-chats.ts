import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { createTable, type Item } from '../../../lambda/store/table.ts';
import { announce } from '../../../local/announcement.ts';
import { account, credentials } from '../../../local/lambda/environment.ts';
import { createFunction } from '../../../local/lambda/pool.ts';
import { listenOnLoopback } from '../../../local/listen.ts';
import { provisionTables } from '../../../local/provision/tables.ts';
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts';
import { openBenchStack } from './bench-stack.ts';
import { bodyOf } from './chats.ts';
import { assertAllDelivered, eventOf } from './deliveries.ts';
import { startHubspot } from './hubspot.ts';

export type ManyChats = {
  /** Puts delivered chats into the table until there are so many, each received a minute after the one before. */
  readonly grow: (chats: number) => Promise<void>;
  /** Runs one of the operator's commands; answers how long it took, in milliseconds. */
  readonly command: (...args: readonly string[]) => Promise<number>;
  readonly close: () => Promise<void>;
};

const run = promisify(execFile);
const minuteMs = 60_000;
const parallel = 8;

/** The operator's commands on a table in DynamoDB Local, which announces itself as the local stack does. */
export async function openManyChats(): Promise<ManyChats> {
  const hubspot = await startHubspot(0);
  const stack = await openBenchStack(hubspot);
  const database = await startDynamoDbLocal();
  const endpoints = { ...stack.endpoints, dynamodb: database.endpoint };
  const client = new DynamoDBClient({ endpoint: database.endpoint, region: account.region, credentials });
  await provisionTables(client, stack.tables);
  const tableName = stack.outputs.TableName;
  const { documents } = createTable(client, tableName);
  const health = createServer((_, response) => response.end());
  const healthUrl = `http://127.0.0.1:${await listenOnLoopback(health)}`;
  announce(stack.state, { outputs: stack.outputs, endpoints, configFile: stack.configFile, healthUrl });

  /** One chat as deliver itself leaves it, without its body: the model for the others. */
  const deliverOne = async (): Promise<readonly Item[]> => {
    const deliver = createFunction({ definition: stack.deliver, endpoints, log: () => {} });
    const result = await deliver.invoke(await eventOf(stack, [bodyOf('3 KB')]));
    assertAllDelivered(result.succeeded ? result.payload : JSON.stringify(result.error));
    await deliver.stop();
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'CHAT#208#1' },
      }),
    );
    return Items.filter(({ sk }) => !String(sk).startsWith('BODY#'));
  };
  const model = await deliverOne();
  const begin = Date.now();
  let chats = 1;

  const write = async (items: readonly Item[]): Promise<void> => {
    const RequestItems = { [tableName]: items.map((Item) => ({ PutRequest: { Item } })) };
    await documents.send(new BatchWriteCommand({ RequestItems }));
  };

  return {
    grow: async (wanted) => {
      const work = async () => {
        while (chats < wanted) {
          const items: Item[] = [];
          for (; items.length + model.length <= 25 && chats < wanted; chats += 1) {
            items.push(...copiesOf(model, chats + 1, new Date(begin - chats * minuteMs)));
          }
          await write(items);
        }
      };
      await Promise.all(Array.from({ length: parallel }, work));
    },
    command: async (...args) => {
      const from = performance.now();
      const options = { env: { ...process.env, FORWARDER_DATA: stack.state.path() }, maxBuffer: 2 ** 26 };
      await run(process.execPath, ['cli/main.ts', ...args, '--local', '--json'], options);
      return performance.now() - from;
    },
    close: async () => {
      health.close();
      client.destroy();
      await database.close();
      await stack.close();
      await hubspot.stop();
    },
  };
}

const copiesOf = (model: readonly Item[], number: number, receivedAt: Date): readonly Item[] =>
  model.map((item) => ({
    ...item,
    pk: `CHAT#208#${number}`,
    conversationId: `208:${number}`,
    ...(item['listedAt'] !== undefined && { listedAt: receivedAt.toISOString() }),
    ...(item['receivedAt'] !== undefined && { receivedAt: receivedAt.toISOString() }),
  }));
