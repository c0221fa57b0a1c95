import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Demo } from './demo/app.ts';
import type { LogSink } from './lib/logs.ts';
import { deferOrEnd } from './lib/processes.ts';
import type { DiskWatch } from './lib/state.ts';
import type { Deployment } from './provision/deploy.ts';
import type { Servers } from './servers/servers.ts';
import { createGateway, isHookRoute } from './triggers/gateway.ts';
import { gatewayAnswer } from './triggers/payload.ts';
import { startPoller } from './triggers/poller.ts';
import { startSchedule } from './triggers/schedule.ts';
import type { WebServer } from './web-server.ts';

/** Current requests and deliveries may take this long once the stack stops, in milliseconds. */
const shutdownGraceMs = 1000;

type RunOptions = {
  readonly deployment: Deployment;
  readonly servers: Servers;
  readonly web: WebServer;
  readonly demo: Pick<Demo, 'app' | 'arrived'>;
  readonly resources: AsyncDisposableStack;
  readonly log: LogSink;
  readonly onTooLarge: () => void;
  readonly disk: DiskWatch;
};

/** Starts serving requests and polling the queues. Throws StartError if a function does not load. */
export async function run(options: RunOptions): Promise<void> {
  const { deployment, servers, web, demo, resources, log, onTooLarge, disk } = options;
  const { stack, functions } = deployment;
  const mappings = stack.mappings();
  const routes = stack.routes();
  const namesOf = (users: readonly { readonly functionName: string }[]) => [
    ...new Set(users.map(({ functionName }) => functionName)),
  ];
  const used = namesOf([...mappings, ...routes]);
  const delivering = Promise.all(namesOf(mappings).map(functions.warm));
  delivering.catch(() => {});
  await Promise.all(namesOf(routes).map(functions.warm));

  const site = createSite({
    gateway: createGateway({
      routes,
      invoke: functions.invoke,
      onTooLarge,
      onAnswered: (exchange) => isHookRoute(exchange.routeKey) && demo.arrived(exchange),
      mayAccept: disk.hasRoom,
    }),
    demo: demo.app,
    isUp: () => disk.hasRoom() && servers.isUp() && used.every((name) => functions.get(name).isUp()),
    onError: (error) => log(`${new Date().toISOString()} ${error.stack ?? error.message}\n`),
  });
  // From here on hooks are kept, even if a later step fails.
  web.serve(site.fetch);
  await delivering;

  const hooksWait = () => routes.some(({ functionName }) => functions.get(functionName).isBusy());
  const pollers = mappings.map((mapping) =>
    startPoller({
      sqs: servers.sqs,
      queueUrl: servers.queueUrl(mapping.queueArn.split(':').at(-1) ?? ''),
      mapping,
      invoke: (event) => functions.invoke(mapping.functionName, event),
      concurrency: functions.get(mapping.functionName).concurrency,
      hasUrgentWork: hooksWait,
      mayReceive: disk.hasRoom,
    }),
  );
  const schedules = stack.schedules().map((schedule) => startSchedule(schedule, functions.invoke));
  deferOrEnd(resources, async () => {
    for (const schedule of schedules) schedule.stop();
    web.stopTaking();
    const handled = [...pollers.map((poller) => poller.stop()), functions.idle()];
    // Work that takes longer is cut off, and is repeated after the next start.
    await Promise.race([Promise.all(handled), sleep(shutdownGraceMs)]);
  });
}

type SiteOptions = {
  readonly gateway: Hono<{ Bindings: HttpBindings }>;
  readonly demo: Hono<{ Bindings: HttpBindings }>;
  readonly isUp: () => boolean;
  readonly onError: (error: Error) => void;
};

export function createSite({ gateway, demo, isUp, onError }: SiteOptions): Hono<{ Bindings: HttpBindings }> {
  const site = new Hono<{ Bindings: HttpBindings }>();
  site.get('/healthz', (context) => (isUp() ? context.json({ status: 'ok' }) : context.json({ status: 'down' }, 503)));
  site.route('/', gateway);
  site.route('/', demo);
  site.notFound(() => response(gatewayAnswer(404)));
  site.onError((error) => {
    onError(error);
    return response(gatewayAnswer(500));
  });
  return site;
}

const response = ({ body, ...head }: ReturnType<typeof gatewayAnswer>) => new Response(body, head);
