import { warningsOf } from '../infra/config/rules.ts';
import { createRecords } from '../lambda/store/records.ts';
import { assemble } from './assemble.ts';
import { createChatLines, type ReasonOf } from './chat-lines.ts';
import { createDemo } from './demo/app.ts';
import { createSecondSource } from './demo/smartsupp/second-source.ts';
import { TemplateError } from './lib/errors.ts';
import { openLogs } from './lib/logs.ts';
import { deferOrEnd, userOfThisMachine } from './lib/processes.ts';
import { type Settings, shortPath } from './lib/settings.ts';
import { openState, watchDisk } from './lib/state.ts';
import { type Deployment, deploy } from './provision/deploy.ts';
import { run } from './run.ts';
import { startServers } from './servers/servers.ts';
import { apiOutputNames, outputNames, publishStackInfo } from './stack-info.ts';
import type { Steps } from './steps.js';
import { isHookRoute } from './triggers/gateway.ts';
import { openWebServer } from './web-server.ts';

type StackOptions = {
  readonly root: string;
  readonly settings: Settings;
  /** Gets everything that is started; its disposal stops the stack. */
  readonly resources: AsyncDisposableStack;
  /** Aborted when the disposal begins. */
  readonly signal: AbortSignal;
  readonly steps: Steps;
};

type RunningStack = {
  readonly hookUrl: string;
  readonly pageUrl: string;
  /** Sends the next sample chat through the hook. Returns a sentence for the user. */
  readonly sendSample: () => Promise<string>;
};

/** Runs what infra/ describes until `resources` is disposed. Throws StartError or TemplateError for the user. */
export async function startStack({ root, settings, resources, signal, steps }: StackOptions): Promise<RunningStack> {
  const { print } = steps;
  const state = openState(settings.dataDirectory);
  deferOrEnd(resources, state.release);
  const web = await openWebServer(settings.host, settings.port);
  deferOrEnd(resources, web.close);

  let onLog = (_line: string): void => {};
  const openLog = openLogs(state.path('logs'), (line) => onLog(line));
  const { configFile } = settings;
  const synthesis = steps.begin('Synthesizing the template');
  const [{ assembly, config, demoDestination, isNew }, servers] = await Promise.all([
    assemble({ root, state, configFile, demoOrigin: web.loopbackOrigin, signal }),
    startServers({ state, resources, openLog, print }),
  ]);
  synthesis.done(isNew ? 'Synthesized the template' : 'Found the template of the last start, for the same sources');
  const start = steps.begin('Starting the functions');
  for (const { text, remedy } of warningsOf(config)) print(`Warning: ${text} ${remedy}`);
  const lines = createChatLines(config.timezone, shortPath(state.path('logs')));
  // An invocation that the stop cuts off is repeated later, so it is not a failure.
  const onFailure = (label: string, errorType: string) => signal.aborted || print(lines.failed(label, errorType));
  const onTooLarge = () => print(lines.tooLarge());
  const deployment = await deploy({ assembly, servers, settings, state, openLog, onFailure, resources });

  const hookAddress = hookAddressOf(web.origin, deployment);
  const hookUrl = hookAddress + encodeURIComponent(deployment.hookKey);
  const table = servers.table(deployment.stack.output('TableName'));
  const { deliveriesOf } = createRecords(table);
  const reasonOf: ReasonOf = async (conversationId, destination) => {
    const deliveries = await deliveriesOf(conversationId);
    return deliveries.find((delivery) => delivery.destination === destination)?.reason ?? undefined;
  };
  // Imported after the assembly, since it imports validators that infra/ compiles.
  const { createForwarder } = await import('../inspector/forwarder/forwarder.ts');
  const demo = createDemo({
    dataDir: state.path('demo'),
    signingSecret: deployment.destinationSecret(demoDestination),
    hookUrl: () => hookUrl,
    forwarder: createForwarder({
      sqs: servers.sqs,
      queueUrl: deployment.stack.output('QueueUrl'),
      fetchQueueUrl: deployment.stack.optionalOutput('FetchQueueUrl'),
      table,
      retentionDays: config.retentionDays,
      operator: async () => userOfThisMachine(),
    }),
    killDeliver: async () => {
      const queue = deployment.stack.output('QueueUrl').split('/').at(-1);
      const ofChats = deployment.stack.mappings().filter(({ queueArn }) => queueArn.split(':').at(-1) === queue);
      await Promise.all(ofChats.map(({ functionName }) => deployment.functions.kill(functionName)));
    },
    secondSource: secondSourceOf(
      deployment,
      `${hookUrl}/events`,
      config.api === undefined && demoDestination !== undefined,
    ),
    config,
  });
  deferOrEnd(resources, demo.close);
  onLog = (line) => {
    void lines.logged(line, reasonOf).then((shown) => shown && print(shown));
    demo.changed();
  };
  const disk = watchDisk(state.path(), print);
  deferOrEnd(resources, disk.stop);
  await run({ deployment, servers, web, demo, resources, log: openLog('stack'), onTooLarge, disk });
  start.done('Started the functions');
  const { output, optionalOutput } = deployment.stack;
  const outputs = [
    ...outputNames.map((name) => [name, output(name)]),
    ...apiOutputNames.map((name) => [name, optionalOutput(name)]),
  ];
  deferOrEnd(
    resources,
    publishStackInfo(state, {
      outputs: { ...Object.fromEntries(outputs), HookUrl: hookAddress },
      endpoints: servers.endpoints,
      configFile,
      healthUrl: `${web.loopbackOrigin}/healthz`,
    }),
  );
  return { hookUrl, pageUrl: `${web.origin}/`, sendSample: demo.sendSample };
}

function hookAddressOf(origin: string, { stack }: Deployment): string {
  const path = stack
    .routes()
    .map(({ routeKey }) => routeKey.split(' ')[1])
    .find((each) => each !== undefined && isHookRoute(each));
  if (!path) throw new TemplateError('infra/ must have a route that ends in {key+}: the hook.');
  return origin + path.replace('{key+}', '');
}

/** The fake Smartsupp, if the local configuration has it as `api`. */
function secondSourceOf({ stack, functions, secret }: Deployment, eventsUrl: string, isOurs: boolean) {
  const token = secret(stack.optionalOutput('ApiTokenSecretArn') ?? '');
  const shared = secret(stack.optionalOutput('WebhooksSecretArn') ?? '');
  if (!isOurs || token === undefined || shared === undefined) return undefined;
  const name = stack.optionalOutput('ReconcileFunctionName');
  const reconcile =
    name === undefined ? undefined : async () => (await functions.invoke(name, JSON.stringify({}))).succeeded;
  return createSecondSource({ token, secret: shared, eventsUrl: () => eventsUrl, reconcile });
}
