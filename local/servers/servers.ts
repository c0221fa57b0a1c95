import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createTable } from '../../lambda/store/dynamodb-table.ts';
import type { Table } from '../../lambda/store/table.ts';
import { cannotOpen } from '../lib/errors.ts';
import type { LogSink } from '../lib/logs.ts';
import { deferOrEnd, machineEnvironment, spawnNode } from '../lib/processes.ts';
import { account, credentialsOf, type Endpoints } from '../lib/settings.ts';
import type { State } from '../lib/state.ts';
import { type SecretsManager, startSecretsManager } from './secrets-manager.ts';

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

export type EmbeddedServer = {
  readonly endpoint: string;
  readonly isUp: () => boolean;
  readonly pid: () => number | undefined;
  readonly stop: () => Promise<void>;
};

const retryAfterMs = 500;
/** Of a program's last output, in characters: enough for an error and its trace. */
const maxReasonLength = 5000;

type ServerOptions = {
  /** The program: its arguments are the directory and the port; it sends `{ port, notice }` once it listens. */
  readonly script: string;
  /** Requests with any other key are refused. */
  readonly accessKey: string;
  readonly directory: string;
  readonly log: (output: Readable) => void;
  /** Gets the server's line for the user at a start. Default: it is dropped. */
  readonly print?: (line: string) => void;
  readonly lowPriority?: boolean;
};

/** Runs a server, and restarts it on the same port after a crash. Throws StartError if the first start fails. */
export async function superviseServer({
  script,
  accessKey,
  directory,
  log,
  print = () => {},
  lowPriority = false,
}: ServerOptions): Promise<EmbeddedServer> {
  let stopped = false;
  let current = await start(0);
  const { port } = current;
  watch();

  async function start(port: number) {
    const { child, output } = spawnNode(script, {
      cwd: directory,
      env: { ...machineEnvironment(), AWS_REGION: account.region, AWS_ACCESS_KEY_ID: accessKey },
      args: [directory, String(port)],
      lowPriority,
    });
    output.forEach(log);
    let last = '';
    for (const stream of output)
      stream.on('data', (chunk: Buffer) => (last = `${last}${chunk}`.slice(-maxReasonLength)));
    // 'close' and not 'exit': by then all output was read.
    const exited = once(child, 'close');
    const listening = once(child, 'message').then(([message]) => {
      const { notice } = Object(message);
      if (typeof notice === 'string') print(notice);
      return portIn(message);
    });
    const found = await Promise.race([listening, exited.then(() => undefined)]);
    if (found === undefined) throw cannotOpen(directory, reasonIn(last));
    return { child, exited, port: found };
  }

  function watch(): void {
    void current.exited.then(async () => {
      while (!stopped) {
        try {
          current = await start(port);
          return watch();
        } catch {
          // /healthz reports it as down; its log says why.
          await sleep(retryAfterMs);
        }
      }
    });
  }

  return {
    endpoint: `http://127.0.0.1:${port}`,
    isUp: () => current.child.exitCode === null && current.child.signalCode === null,
    pid: () => current.child.pid,
    async stop() {
      stopped = true;
      // Both servers have everything on disk that they acknowledged.
      current.child.kill('SIGKILL');
      await current.exited;
    },
  };
}

/** The error that ended the program, without its trace. */
function reasonIn(output: string): string {
  const last = output.match(/^.*Error\b.*: .*$/gm)?.at(-1) ?? '';
  const reason = last.replace(/^\W*(?:\w*Error(?: \[\w+\])?: )+/, '').replace(/\]? \{$/, '');
  return reason || 'its log says why';
}

function portIn(message: unknown): number {
  if (typeof message === 'object' && message !== null && 'port' in message) return Number(message.port);
  throw new Error('An embedded server did not say where it listens.');
}
