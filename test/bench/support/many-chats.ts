import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { chatPartition } from '../../../lambda/store/keys.ts';
import { announce } from '../../../local/announcement.ts';
import { account, credentials } from '../../../local/lambda/environment.ts';
import { createFunction } from '../../../local/lambda/pool.ts';
import { listenOnLoopback } from '../../../local/listen.ts';
import { provisionTables } from '../../../local/provision/tables.ts';
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts';
import { type BenchStack, openBenchStack } from './bench-stack.ts';
import { bodyOf } from './chats.ts';
import { assertAllDelivered, eventOf } from './deliveries.ts';
import { hubspot } from './hubspot.ts';

export type ManyChats = {
  /** Puts delivered chats into the table until there are so many, each received a minute after the one before. */
  readonly grow: (chats: number) => Promise<void>;
  /** Runs one of the operator's commands; answers how long it took, in milliseconds. */
  readonly command: (...args: readonly string[]) => Promise<number>;
  readonly close: () => Promise<void>;
};

type Attributes = Record<string, AttributeValue>;

const run = promisify(execFile);
const minuteMs = 60_000;
const parallel = 4;
/** The most that DynamoDB writes at once. */
const mostItems = 25;

/** Of older chats no command here looks at more than the header. */
const chatsOfAWeek = 8 * 24 * 60;

/** The operator's commands on a table in DynamoDB Local, which announces itself as the local stack does. */
export async function openManyChats(): Promise<ManyChats> {
  await (await hubspot()).begin(0);
  const stack = await openBenchStack();
  const database = await startDynamoDbLocal();
  const endpoints = { ...stack.endpoints, dynamodb: database.endpoint };
  const client = new DynamoDBClient({ endpoint: database.endpoint, region: account.region, credentials });
  await provisionTables(client, stack.tables);
  const health = createServer((_, response) => response.end());
  const healthUrl = `http://127.0.0.1:${await listenOnLoopback(health)}`;
  announce(stack.state, { outputs: stack.outputs, endpoints, configFile: stack.configFile, healthUrl });

  const { TableName } = stack.outputs;
  const model = await deliverOne({ ...stack, endpoints }, client);
  const begin = Date.now();
  let chats = 1;

  return {
    grow: async (wanted) => {
      const work = async () => {
        while (chats < wanted) {
          const items: Attributes[] = [];
          for (; items.length + model.length <= mostItems && chats < wanted; chats += 1) {
            const copies = copiesOf(model, chats + 1, new Date(begin - chats * minuteMs));
            items.push(...copies.filter(({ sk }) => chats < chatsOfAWeek || sk?.S === 'CHAT'));
          }
          const requests = items.map((Item) => ({ PutRequest: { Item } }));
          await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
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
    },
  };
}

/** One chat as deliver itself leaves it, without its body: the model for the others. */
async function deliverOne(stack: BenchStack, client: DynamoDBClient): Promise<readonly Attributes[]> {
  const deliver = createFunction({ definition: stack.deliver, endpoints: stack.endpoints, log: () => {} });
  const result = await deliver.invoke(await eventOf(stack, [bodyOf('3 KB')]));
  assertAllDelivered(result.succeeded ? result.payload : JSON.stringify(result.error));
  await deliver.stop();
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: stack.outputs.TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: chatPartition('208:1') } },
    }),
  );
  return Items.filter(({ sk }) => !sk?.S?.startsWith('BODY#'));
}

function copiesOf(model: readonly Attributes[], number: number, receivedAt: Date): readonly Attributes[] {
  const id = `208:${number}`;
  const at = { S: receivedAt.toISOString() };
  return model.map((item) => ({
    ...item,
    pk: { S: chatPartition(id) },
    conversationId: { S: id },
    ...(item['listedAt'] && { listedAt: at }),
    ...(item['receivedAt'] && { receivedAt: at }),
  }));
}
