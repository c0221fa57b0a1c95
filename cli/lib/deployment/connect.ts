import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { loadConfig } from '../../../lambda/config/load.ts';
import { createAwsCall } from '../../../lambda/platform/aws/call.ts';
import { endpointOf, type Service } from '../../../lambda/platform/aws/endpoint.ts';
import { createTable } from '../../../lambda/store/table.ts';
import type { Outputs } from '../../../local/announcement.ts';
import { CliError } from '../terminal/errors.ts';
import type { Parts } from './deployment.ts';

type ConnectOptions = {
  readonly name: string;
  readonly outputs: Outputs;
  readonly configFile: string;
  /** What every client is made with. */
  readonly client: {
    readonly region: string;
    readonly profile?: string;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Where the services are, if not where AWS has them. */
  readonly endpoints?: { readonly dynamodb: string; readonly sqs: string; readonly secretsManager: string };
};

/** The clients for a deployment whose outputs are known. */
export function connect({ name, outputs, configFile, client, endpoints }: ConnectOptions): Parts {
  const at = (endpoint: string | undefined) => ({ ...client, ...(endpoint !== undefined && { endpoint }) });
  const secrets = new SecretsManagerClient(at(endpoints?.secretsManager));
  const sqs = new SQSClient(at(endpoints?.sqs));
  const { region } = client;
  // Credentials are where the SDK finds them: in the environment, a profile, a sign-on, a machine's role.
  const { credentials } = sqs.config;
  const call = (service: Service, endpoint = endpointOf(service, region)) =>
    createAwsCall({ service, region, endpoint, credentials });
  return {
    name,
    outputs,
    table: createTable(call('dynamodb', endpoints?.dynamodb), outputs.TableName),
    sqs,
    callSqs: call('sqs', endpoints?.sqs),
    secrets,
    destinations: JSON.parse(outputs.DestinationSecrets),
    config: () => loadConfig(configFile),
    hookUrl: async () => {
      const command = new GetSecretValueCommand({ SecretId: outputs.HookKeySecretArn });
      const { SecretString: key } = await secrets.send(command);
      if (!key) throw new CliError(`The hook's key is not in its secret, ${outputs.HookKeySecretArn}. Deploy again.`);
      return outputs.HookUrl + encodeURIComponent(key);
    },
  };
}
