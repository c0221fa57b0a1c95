import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createTable } from '../../lambda/store/dynamodb-table.ts';
import type { Table } from '../../lambda/store/table.ts';
import type { LogSink } from '../lib/logs.ts';
import { deferOrEnd } from '../lib/processes.ts';
import { account, credentialsOf, type Endpoints } from '../lib/settings.ts';
import type { State } from '../lib/state.ts';
import { type SecretsManager, startSecretsManager } from './secrets-manager.ts';
import { superviseServer } from './supervise.ts';

export type Servers = {
  readonly endpoints: Endpoints;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly table: (tableName: string) => Table;
  readonly secrets: SecretsManager;
  readonly queueUrl: (queueName: string) => string;
  readonly isUp: () => boolean;
};

type ServersOptions = {
  readonly state: State;
  readonly resources: AsyncDisposableStack;
  readonly openLog: (name: string) => LogSink;
  readonly print: (line: string) => void;
};

export async function startServers({ state, resources, openLog, print }: ServersOptions): Promise<Servers> {
  const accessKey = randomBytes(24).toString('hex');
  const supervise = async (name: 'sqs' | 'dynamodb') => {
    const script = join(import.meta.dirname, `${name}-process.ts`);
    const server = await superviseServer({
      script,
      accessKey,
      directory: state.path(name),
      log: openLog(name),
      print,
      lowPriority: name === 'dynamodb',
    });
    deferOrEnd(resources, server.stop);
    return server;
  };
  const [sqs, dynamodb, secretsManager] = await Promise.all([
    supervise('sqs'),
    supervise('dynamodb'),
    startSecretsManager(accessKey),
  ]);
  deferOrEnd(resources, secretsManager.stop);
  const client = { region: account.region, credentials: credentialsOf(accessKey) };
  const database = new DynamoDBClient({ ...client, endpoint: dynamodb.endpoint });
  return {
    endpoints: {
      sqs: sqs.endpoint,
      dynamodb: dynamodb.endpoint,
      secretsManager: secretsManager.endpoint,
      accessKey,
    },
    sqs: new SQSClient({ ...client, endpoint: sqs.endpoint }),
    dynamodb: database,
    table: (tableName) => createTable(database, tableName),
    secrets: secretsManager,
    queueUrl: (name) => `${sqs.endpoint}/${account.id}/${name}`,
    isUp: () => sqs.isUp() && dynamodb.isUp(),
  };
}
