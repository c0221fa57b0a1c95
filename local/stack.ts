import { randomUUID } from 'node:crypto';
import { createRecords } from '../lambda/store/records.ts';
import { collect } from '../lambda/store/table.ts';
import { assemble } from './assemble.ts';
import { createChatLines, type ReasonOf } from './chat-lines.ts';
import { createDemo } from './demo/app.ts';
import { type Deployment, deploy } from './deploy.ts';
import type { Lifetime } from './lib/lifetime.ts';
import { openLogs } from './lib/logs.ts';
import type { Settings } from './lib/settings.ts';
import { openState } from './lib/state.ts';
import { run } from './run.ts';
import { startServers } from './servers/servers.ts';
import { outputNames, publishStackInfo } from './stack-info.ts';
import { TemplateError } from './template/template.ts';
import { openWebServer } from './web-server.ts';

/** As many as the page shows. */
const listedChats = 100;

type StackOptions = {
  /** The repository's root. */
  readonly root: string;
  readonly settings: Settings;
  readonly lifetime: Lifetime;
  readonly print: (line: string) => void;
};

export type Addresses = { readonly hookUrl: string; readonly pageUrl: string };

/**
 * Runs what infra/ describes on this machine, until the lifetime ends.
 * @returns where it is, once everything is up
 * @throws StartError or TemplateError, with what to tell the user
 */
export async function startStack({ root, settings, lifetime, print }: StackOptions): Promise<Addresses> {
  const state = openState(settings.dataDirectory);
  lifetime.onEnd(state.release);
  const web = await openWebServer(settings.host, settings.port);
  lifetime.onEnd(web.close);
  print('Starting; this takes a few seconds.');

  let onLog = (_line: string): void => {};
  const openLog = openLogs(state.path('logs'), (line) => onLog(line));
  const { configFile } = settings;
  const [{ assembly, config, demoDestination }, servers] = await Promise.all([
    assemble({ root, state, configFile, demoOrigin: web.loopbackOrigin, signal: lifetime.signal }),
    startServers({ state, lifetime, openLog }),
  ]);
  const lines = createChatLines(config.timezone);
  // What is cut short by the end of the stack comes again, and is no failure.
  const onFailure = (label: string, errorType: string) =>
    lifetime.signal.aborted || print(lines.failed(label, errorType));
  const onTooLarge = () => print(lines.tooLarge());
  const deployment = await deploy({ assembly, servers, settings, state, openLog, onFailure, lifetime });

  const hookAddress = hookAddressOf(web.origin, deployment);
  const hookUrl = hookAddress + encodeURIComponent(deployment.hookKey);
  const table = servers.table(deployment.stack.output('TableName'));
  const { chats, deliveriesOf } = createRecords(table);
  const conversations = async () =>
    Promise.all(
      (await collect(chats(), listedChats)).map(async (chat) => ({
        ...chat,
        deliveries: await deliveriesOf(chat.conversationId),
      })),
    );
  const reasonOf: ReasonOf = async (conversationId, destination) => {
    const deliveries = await deliveriesOf(conversationId);
    return deliveries.find((delivery) => delivery.destination === destination)?.reason ?? undefined;
  };
  const demo = createDemo({
    dataDir: state.path('demo'),
    // Without a demo destination nobody signs, and the page shows only where deliveries stand.
    signingSecret: deployment.destinationSecret(demoDestination) ?? randomUUID(),
    hookUrl: () => hookUrl,
    conversations,
    timezone: config.timezone,
    language: config.language,
  });
  lifetime.onEnd(demo.close);
  onLog = (line) => {
    void lines.logged(line, reasonOf).then((shown) => shown && print(shown));
    demo.changed();
  };
  await run({ deployment, servers, web, demo: demo.app, lifetime, log: openLog('stack'), onTooLarge });
  const announced = outputNames.map((name) => [name, deployment.stack.output(name)]);
  lifetime.onEnd(
    publishStackInfo(state, {
      outputs: { ...Object.fromEntries(announced), HookUrl: hookAddress },
      endpoints: servers.endpoints,
      configFile,
      healthUrl: `${web.loopbackOrigin}/healthz`,
    }),
  );
  return { hookUrl, pageUrl: `${web.origin}/` };
}

/** The hook's URL up to the key, in which its route ends. */
function hookAddressOf(origin: string, { stack }: Deployment): string {
  const path = stack
    .routes()
    .map(({ routeKey }) => routeKey.split(' ')[1])
    .find((each) => each?.includes('{key}'));
  if (!path) throw new TemplateError('infra/ must have a route with {key} in its path: the hook.');
  return origin + path.replace('{key}', '');
}
