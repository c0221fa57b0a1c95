import type { LogSink } from '../lib/logs.ts';
import { deferOrEnd } from '../lib/processes.ts';
import type { Settings } from '../lib/settings.ts';
import type { State } from '../lib/state.ts';
import type { Servers } from '../servers/servers.ts';
import type { Assembly } from '../template/assembly.ts';
import { type Created, createReferences } from '../template/identities.ts';
import { readStack, type StackDefinition } from '../template/stack.ts';
import { createCustomResources } from './custom-resources.ts';
import { createFunctions, type Functions } from './functions.ts';
import { provisionQueues, provisionTables } from './queues-and-tables.ts';
import { secretHistory, secretValues } from './secrets.ts';

export type Deployment = {
  readonly stack: StackDefinition;
  readonly functions: Functions;
  readonly hookKey: string;
  readonly destinationSecret: (destination: string | undefined) => string | undefined;
  /** A secret's value by its ARN. */
  readonly secret: (arn: string) => string | undefined;
};

type DeployOptions = {
  readonly assembly: Assembly;
  readonly servers: Servers;
  readonly settings: Settings;
  readonly state: State;
  readonly resources: AsyncDisposableStack;
  readonly openLog: (name: string) => LogSink;
  readonly onFailure: (label: string, errorType: string) => void;
};

/** Does CloudFormation's work: creates what the template describes. */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const { assembly, servers, settings, state, resources, openLog, onFailure } = options;
  const { stackName, template } = assembly;
  const created = new Map<string, Created>();
  const stack = readStack(assembly, createReferences({ template, stackName, queueUrl: servers.queueUrl, created }));
  const functions = createFunctions({ stack, endpoints: servers.endpoints, openLog, onFailure });
  deferOrEnd(resources, functions.stop);

  const secrets = stack.secrets();
  const hookKeyArn = stack.output('HookKeySecretArn');
  const values = secretValues({ secrets, hookKeyArn, settings, getOrCreate: state.getOrCreate });
  servers.secrets.put(values, secretHistory({ secrets, hookKeyArn, settings, state }));
  await Promise.all([
    provisionQueues(servers.sqs, stack.queues()),
    provisionTables(servers.dynamodb, stack.tables()),
    createCustomResources(stack.customResources(), { stackName, functions, created }),
  ]);
  return {
    stack,
    functions,
    hookKey: values.get(hookKeyArn) ?? '',
    secret: (arn) => values.get(arn),
    destinationSecret: (destination) => values.get(secrets.find(({ name }) => name === destination)?.arn ?? ''),
  };
}
