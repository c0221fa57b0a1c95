import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { chatPartition } from '../../../lambda/store/keys.ts';
import { createFunction } from '../../../local/lambda/pool.ts';
import { listenOnLoopback } from '../../../local/lib/loopback.ts';
import { account, credentialsOf } from '../../../local/lib/settings.ts';
import { provisionTables } from '../../../local/provision/queues-and-tables.ts';
import { publishStackInfo } from '../../../local/stack-info.ts';
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts';
import { type BenchStack, openBenchStack } from './bench-stack.ts';
import { bodyOf } from './chats.ts';
import { assertAllDelivered, eventOf } from './deliveries.ts';
import { hubspot } from './hubspot.ts';

export type ManyChats = {
  /** Runs one of the operator's commands on the table of so many chats; answers how long it took, in milliseconds. */
  readonly command: (chats: number, ...args: readonly string[]) => Promise<number>;
  readonly close: () => Promise<void>;
};

type Attributes = Record<string, AttributeValue>;

const run = promisify(execFile);
const minuteMs = 60_000;
const parallel = 4;
/** DynamoDB takes no more at a request. */
const maxPerWrite = 25;
/** Of older chats no command here looks at the deliveries. */
const chatsOfAWeek = 8 * 24 * 60;

/**
 * Tables of so many delivered chats, each received a minute after the one before, in a DynamoDB Local that announces itself
 * as the local stack does.
 */
export async function openManyChats(sizes: readonly number[]): Promise<ManyChats> {
  await (await hubspot()).begin(0);
  const stack = await openBenchStack();
  const database = await startDynamoDbLocal();
  const endpoints = { ...stack.endpoints, dynamodb: database.endpoint };
  const credentials = credentialsOf(endpoints.accessKey);
  const client = new DynamoDBClient({ endpoint: database.endpoint, region: account.region, credentials });
  const tableOf = (chats: number) => `${stack.outputs.TableName}-${chats}`;
  const sized = sizes.flatMap((chats) => stack.tables.map((table) => ({ ...table, name: tableOf(chats) })));
  await provisionTables(client, [...stack.tables, ...sized]);
  const health = createServer((_, response) => response.end());
  const healthUrl = `http://127.0.0.1:${await listenOnLoopback(health)}`;

  const model = await deliverOne({ ...stack, endpoints }, client);
  for (const chats of sizes) await fill(client, tableOf(chats), chatsLike(model, chats));

  return {
    command: async (chats, ...args) => {
      const outputs = { ...stack.outputs, TableName: tableOf(chats) };
      publishStackInfo(stack.state, { outputs, endpoints, configFile: stack.configFile, healthUrl });
      const from = performance.now();
      // As cli/forwarder.mjs sets it.
      const cache = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') };
      const options = { env: { ...process.env, ...cache, FORWARDER_DATA: stack.state.path() }, maxBuffer: 2 ** 26 };
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

function* chatsLike(model: readonly Attributes[], chats: number): Generator<Attributes> {
  const begin = Date.now();
  for (let chat = 0; chat < chats; chat += 1) {
    const copies = copiesOf(model, chat + 1, new Date(begin - chat * minuteMs));
    yield* copies.filter(({ listed }) => chat < chatsOfAWeek || listed !== undefined);
  }
}

async function fill(client: DynamoDBClient, table: string, items: Iterable<Attributes>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const some = (): readonly Attributes[] => {
    const taken: Attributes[] = [];
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      if (taken.push(next.value) === maxPerWrite) break;
    }
    return taken;
  };
  const work = async () => {
    for (let batch = some(); batch.length > 0; batch = some()) {
      const requests = batch.map((Item) => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
}

/** One chat as deliver itself leaves it: the model for the others. */
async function deliverOne(stack: BenchStack, client: DynamoDBClient): Promise<readonly Attributes[]> {
  const deliver = createFunction({ definition: stack.deliver, endpoints: stack.endpoints, log: () => {} });
  const result = await deliver.invoke(await eventOf(stack, [bodyOf('3 KB')]));
  assertAllDelivered(result.succeeded ? result.payload : JSON.stringify(result.error));
  await deliver.stop();
  const { Items = [] } = await client.send(new ScanCommand({ TableName: stack.outputs.TableName }));
  return Items;
}

function copiesOf(model: readonly Attributes[], number: number, receivedAt: Date): readonly Attributes[] {
  const id = `208:${number}`;
  const at = receivedAt.toISOString();
  return model.map((item) => ({
    ...item,
    pk: { S: chatPartition(id) },
    conversationId: { S: id },
    ...(item['listed'] && {
      listedAt: { S: at },
      receivedAt: { S: at },
      visitor: { S: `208#v${number}` },
      visitorAt: { S: at },
    }),
  }));
}
