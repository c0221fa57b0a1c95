import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Forwarder } from '../../inspector/forwarder/forwarder.ts';
import { createInspectorPages } from '../../inspector/inspector.ts';
import { createAssets, createNotices, inspectorAssets } from '../../inspector/web/browser.ts';
import { createLive } from '../../inspector/web/live.ts';
import type { Language } from '../../lambda/conversation/locale.ts';
import { createIdentityOf, type IdentitySettings } from '../../lambda/mapping/identity.ts';
import { openCrm } from './crm/crm.ts';
import { createCalls, createFaults, createWebhook } from './crm/webhook.ts';
import { createArrivals, createInspector, createSurroundings, type Exchange } from './inspector.ts';
import type { SecondSource } from './smartsupp/second-source.ts';
import { createSender, eachInTurn, type Way } from './smartsupp/sender.ts';
import { createDemoLayout } from './views/layout.ts';
import { createCrmPages, createWebsite } from './website.ts';

type DemoOptions = {
  readonly dataDir: string;
  /** Undefined if no destination is the demo CRM: then nothing is signed for it. */
  readonly signingSecret: string | undefined;
  /** The whole URL with the key. A function, since the port may only be known later. */
  readonly hookUrl: () => string;
  readonly forwarder: Forwarder;
  /** The fake Smartsupp; undefined without the demo CRM, or if Smartsupp's own is configured. */
  readonly secondSource?: SecondSource | undefined;
  /** Kills deliver's processes in the middle of what they do. */
  readonly killDeliver: () => Promise<void>;
  readonly config: IdentitySettings & { readonly timezone: string; readonly language: Language };
};

export type Demo = {
  /** Mounted at `/`; answers `/demo-crm` and the page's own paths only. */
  readonly app: Hono<{ Bindings: HttpBindings }>;
  /** Shows a POST to the hook on the open pages. */
  readonly arrived: (exchange: Exchange) => void;
  readonly changed: () => void;
  /** Sends the next sample, as the page's button does. Returns a sentence for the person. */
  readonly sendSample: () => Promise<string>;
  /** Ends the pages' event streams and closes the database. Call it before the server waits for its connections. */
  readonly close: () => void;
};

/** Before `/v2`. */
const secondSourcePath = '/demo-smartsupp';

export function createDemo(options: DemoOptions): Demo {
  const { dataDir, signingSecret, hookUrl, forwarder, secondSource, killDeliver, config } = options;
  const now = () => new Date();
  const crm = openCrm(dataDir);
  const calls = createCalls();
  const faults = createFaults();
  const live = createLive();
  const { changed } = live;
  const notices = createNotices();
  const arrivals = createArrivals();
  const sender = createSender(hookUrl, now, secondSource);
  const layout = createDemoLayout(waysOf(secondSource));
  const heal = secondSource?.heal;
  const ownName = () => new URL(hookUrl()).hostname;
  const isArrived = (id: string) =>
    secondSource?.isTold(id) === true || arrivals.of(id).some(({ status }) => status === 200);
  const crmPages = createCrmPages({ ...config, crm, layout, forwarder, isArrived, now });
  const shownFaults = signingSecret === undefined ? undefined : faults;
  const surroundings = createSurroundings({
    ...config,
    calls,
    crm,
    faults: shownFaults,
    layout,
    heals: heal !== undefined,
    now,
  });
  const inspectorPages = createInspectorPages({ ...config, forwarder, arrivals, surroundings, now });

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.route(
    '/',
    createWebhook({
      crm,
      calls,
      faults,
      killDeliver,
      identityOf: createIdentityOf(config),
      signingSecret: signingSecret ?? randomUUID(),
      now,
      changed,
    }),
  );
  if (secondSource !== undefined) app.route(secondSourcePath, secondSource.api);
  app.route('/', createWebsite({ pages: crmPages, notices, live, sender, ownName }));
  const inspector = { pages: inspectorPages, surroundings, notices, forwarder, sender, faults, heal, changed, ownName };
  app.route('/', createInspector(inspector));
  app.route('/', createAssets([inspectorAssets, join(import.meta.dirname, 'assets')]));

  return {
    app,
    arrived(exchange) {
      const arrival = arrivals.add(exchange);
      live.send('hook', async () => `${await inspectorPages.row(arrival)}`);
      changed();
    },
    changed,
    sendSample: async () => (await sender.sample(eachInTurn))?.words ?? '',
    close() {
      live.close();
      crm.close();
    },
  };
}

const waysOf = (secondSource: SecondSource | undefined): readonly Way[] =>
  secondSource === undefined ? ['hook'] : ['hook', 'webhook', ...(secondSource.lose ? (['lost'] as const) : [])];
