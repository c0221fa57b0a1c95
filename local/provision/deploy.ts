import { type InvocationResult, isTooLarge } from '../lambda/function.ts';
import { createFunction, type LocalFunction } from '../lambda/pool.ts';
import { StartError } from '../lib/errors.ts';
import type { LogSink } from '../lib/logs.ts';
import { deferOrEnd } from '../lib/processes.ts';
import type { Endpoints, Settings } from '../lib/settings.ts';
import type { State } from '../lib/state.ts';
import type { Servers } from '../servers/servers.ts';
import type { Assembly } from '../template/assembly.ts';
import { type Created, createReferences } from '../template/identities.ts';
import { readStack, type StackDefinition } from '../template/stack.ts';
import { createCustomResources } from './custom-resources.ts';
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

type Functions = {
  readonly get: (name: string) => LocalFunction;
  readonly invoke: (name: string, event: string, signal?: AbortSignal) => Promise<InvocationResult>;
  /** @throws StartError if it does not load */
  readonly warm: (name: string) => Promise<void>;
  readonly kill: (name: string) => Promise<void>;
  readonly retire: (name: string) => Promise<void>;
  /** Resolves when no invocation is running. */
  readonly idle: () => Promise<unknown>;
  readonly stop: () => Promise<void>;
};

type FunctionsOptions = {
  readonly stack: StackDefinition;
  readonly endpoints: Endpoints;
  readonly openLog: (name: string) => LogSink;
  /** Called for each failed invocation, with the function's short name. */
  readonly onFailure: (label: string, errorType: string) => void;
};

function createFunctions({ stack, endpoints, openLog, onFailure }: FunctionsOptions): Functions {
  const functions = new Map<string, LocalFunction>();
  const running = new Set<Promise<unknown>>();
  // Functions that answer requests get a higher priority than the others.
  const awaited = new Set(stack.routes().map(({ functionName }) => functionName));

  const get = (name: string): LocalFunction => {
    const present = functions.get(name);
    if (present) return present;
    const definition = stack.function(name);
    const made = createFunction({
      definition,
      endpoints,
      log: openLog(definition.label),
      lowPriority: !awaited.has(name),
    });
    functions.set(name, made);
    return made;
  };

  return {
    get,
    async invoke(name, event, signal) {
      const invoked = get(name).invoke(event, signal);
      running.add(invoked);
      const result = await invoked;
      running.delete(invoked);
      if (!result.succeeded && !isTooLarge(result)) onFailure(get(name).definition.label, result.error.errorType);
      return result;
    },
    async warm(name) {
      const error = await get(name).warm();
      if (!error) return;
      const { label } = get(name).definition;
      throw new StartError(`The function ${label} does not load: ${error.errorType}: ${error.errorMessage}`);
    },
    kill: (name) => get(name).kill(),
    retire: (name) => get(name).stop(),
    idle: () => Promise.all(running),
    async stop() {
      await Promise.all([...functions.values()].map((each) => each.stop()));
    },
  };
}
