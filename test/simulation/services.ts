import { setTimeout as sleep } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createHttpClient, type HttpClient } from '../../lambda/crm/http/http.ts';
import type { CrmAdapter } from '../../lambda/crm/port/adapter.ts';
import type { Table } from '../../lambda/store/table.ts';
import { createSharedToken } from '../../lambda/store/tokens.ts';
import { type AskCrm, createSimulatedAdapter } from './adapter.ts';
import type { Crm } from './crm.ts';
import { type DynamoDb, simulatedTable } from './dynamodb.ts';
import type { Process } from './process.ts';
import { type RestApi, transportTo } from './rest-api.ts';
import { commandOn, type Queue } from './sqs.ts';
import { askWithToken } from './token.ts';

/** The outside as a process reaches it. */
export type Services = {
  readonly table: Table;
  /** The journal of erasures. */
  readonly erasures: Table;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly fetchQueueUrl: string;
  /** To Smartsupp's REST API. */
  readonly http: HttpClient;
  readonly secrets: SecretsManagerClient;
  /** @param secret asked for before each call */
  readonly adapterOf: (name: string, secret: () => Promise<string>) => CrmAdapter;
};

type Outside = {
  readonly dynamo: DynamoDb;
  readonly erasures: DynamoDb;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly fetchQueue: Queue;
  readonly restApi: RestApi;
  readonly crms: readonly Crm[];
};

const client = { region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const sqsClient = new SQSClient(client);
const secretsClient = new SecretsManagerClient(client);

/** @param running the process whose calls they are: an instance of a function lives through several */
export function createServices(
  { dynamo, erasures, queue, deadLetters, fetchQueue, restApi, crms }: Outside,
  running: () => Process,
): Services {
  const queues: Readonly<Record<string, Queue>> = { 'dead letters': deadLetters, 'fetch queue': fetchQueue };
  const sqs: SQSClient = Object.create(sqsClient, {
    send: {
      value: (command: unknown) => {
        const { what, effect } = commandOn((url) => queues[url ?? ''] ?? queue, command);
        return running().ask({ service: 'queue', what, effect, writes: true });
      },
    },
  });
  const secrets: SecretsManagerClient = Object.create(secretsClient, {
    send: {
      value: () =>
        running().ask({ service: 'secrets', what: 'read a secret', effect: () => ({ SecretString: 'a secret' }) }),
    },
  });
  const tableIn = (database: DynamoDb) =>
    simulatedTable(database, (what, effect) => running().ask({ service: 'table', what, effect }));
  const table = tableIn(dynamo);
  return {
    table,
    erasures: tableIn(erasures),
    sqs,
    queueUrl: 'queue',
    deadLetterQueueUrl: 'dead letters',
    fetchQueueUrl: 'fetch queue',
    http: createHttpClient({ transport: transportTo(restApi, running), now: () => new Date() }),
    secrets,
    adapterOf: (name, secret) => {
      const crm = crms.find((each) => each.name === name);
      if (crm === undefined) throw new Error(`There is no CRM ${name}.`);
      // As the HTTP client does: a call that waits for its credentials belongs to the invocation that began it.
      const begin = (): AskCrm => {
        const process = running();
        return async (request) => {
          await secret();
          return process.ask({ ...request, service: name });
        };
      };
      const token = createSharedToken(table, { destination: name, now: () => new Date(), sleep });
      const ask: AskCrm = crm.traits.tokenMs === 0 ? (request) => begin()(request) : askWithToken(crm, token, begin);
      return createSimulatedAdapter(crm, ask);
    },
  };
}
