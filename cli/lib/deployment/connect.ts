import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { loadConfig } from '../../../infra/config/load.ts';
import { createTable } from '../../../lambda/store/dynamodb-table.ts';
import { userOfThisMachine } from '../../../local/lib/processes.ts';
import { account, credentialsOf, readSettings } from '../../../local/lib/settings.ts';
import { type Outputs, readStackInfo } from '../../../local/stack-info.ts';
import { CliError } from '../terminal/errors.ts';
import type { Parts } from './deployment.ts';

const healthTimeoutMs = 5000;

export async function openLocal(): Promise<Parts> {
  const { dataDirectory } = readSettings(process.env, process.cwd());
  const stackInfo = readStackInfo(dataDirectory);
  if (stackInfo === undefined || !(await answers(stackInfo.healthUrl))) {
    const silent = stackInfo === undefined ? '' : `, or does not answer at ${new URL(stackInfo.healthUrl).host}`;
    throw new CliError(
      `The local stack is not running on ${dataDirectory}${silent}. Run npm start, or name its directory in FORWARDER_DATA.`,
    );
  }
  const { outputs, endpoints, configFile } = stackInfo;
  const client = { region: account.region, credentials: credentialsOf(endpoints.accessKey) };
  return {
    ...connect({ name: 'the local stack', outputs, configFile, client, endpoints }),
    pageOf: (id) => new URL(`/inspector/${encodeURIComponent(id)}`, outputs.HookUrl).href,
  };
}

/** Any answer counts: a stack that is partly up can still be inspected. */
const answers = (url: string) =>
  fetch(url, { signal: AbortSignal.timeout(healthTimeoutMs) }).then(
    () => true,
    () => false,
  );

type ConnectOptions = {
  readonly name: string;
  readonly outputs: Outputs;
  readonly configFile: string;
  readonly client: {
    readonly region: string;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly endpoints?: { readonly dynamodb: string; readonly sqs: string; readonly secretsManager: string };
};

export function connect({ name, outputs, configFile, client, endpoints }: ConnectOptions): Parts {
  const requestHandler = createRequestHandler();
  const at = (endpoint: string | undefined) => ({
    ...client,
    ...(endpoint !== undefined && { endpoint }),
    requestHandler,
  });
  const secrets = new SecretsManagerClient(at(endpoints?.secretsManager));
  const dynamodb = new DynamoDBClient(at(endpoints?.dynamodb));
  const tableNamed = (table: string) => createTable(dynamodb, table);
  return {
    name,
    outputs,
    table: tableNamed(outputs.TableName),
    erasures: tableNamed(outputs.ErasureTableName),
    tableNamed,
    // An emulator's queue URLs name AWS's host.
    sqs: new SQSClient({ ...at(endpoints?.sqs), useQueueUrlAsEndpoint: false }),
    secrets,
    destinations: JSON.parse(outputs.DestinationSecrets),
    config: () => loadConfig(configFile),
    operator: async () => userOfThisMachine(),
    hookUrl: async () => {
      const command = new GetSecretValueCommand({ SecretId: outputs.HookKeySecretArn });
      const { SecretString: key } = await secrets.send(command);
      if (!key) throw new CliError(`The hook's key is not in its secret, ${outputs.HookKeySecretArn}. Deploy again.`);
      return outputs.HookUrl + encodeURIComponent(key);
    },
  };
}

/** The SDK's default is no time-out at all. */
const timeouts = { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

/** Tells of a request that got no answer where it was sent: most of what the network says does not. */
class NamedRequestHandler extends NodeHttpHandler {
  override async handle(...request: Parameters<NodeHttpHandler['handle']>) {
    try {
      return await super.handle(...request);
    } catch (error) {
      const [{ protocol, hostname, port = protocol === 'http:' ? 80 : 443 }] = request;
      throw Object.assign(Object(error), { server: `${hostname}:${port}` });
    }
  }
}

/** For each client of AWS. */
export const createRequestHandler = (): NodeHttpHandler => new NamedRequestHandler(timeouts);
