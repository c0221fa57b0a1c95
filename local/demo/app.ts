import { Hono } from 'hono';
import type { Language } from '../../lambda/conversation/language.ts';
import type { ConversationStatus } from '../../lambda/conversation/status.ts';
import { readBoard } from './crm/board.ts';
import { openCrm } from './crm/crm.ts';
import { createLive } from './live.ts';
import { createPages } from './pages.ts';
import { createSender } from './sender.ts';
import { createWebhook } from './webhook.ts';
import { createAssets, createWebsite } from './website.ts';

export type DemoOptions = {
  /** Where the CRM keeps its database; made where it is missing. */
  readonly dataDir: string;
  /** The `demo` destination's secret, with which its webhooks are signed. */
  readonly signingSecret: string;
  /** The whole URL, key included. A function, since a port may be known only later. */
  readonly hookUrl: () => string;
  /** What the forwarder has recorded, with its deliveries, in any order. */
  readonly conversations: () => Promise<readonly ConversationStatus[]>;
  /** IANA name. */
  readonly timezone: string;
  readonly language: Language;
};

export type Demo = {
  /** To be mounted at `/`: it answers `/demo-crm` and the page's own paths, and leaves all others alone. */
  readonly app: Hono;
  /** Tells open pages to look again. */
  readonly changed: () => void;
  /** Ends the open pages' streams and closes the database. To be called before the server waits for its connections. */
  readonly close: () => void;
};

/** A small CRM beside the local stack: the `webhook` adapter's other end, and a page that shows what arrived. */
export function createDemo({ dataDir, signingSecret, hookUrl, conversations, timezone, language }: DemoOptions): Demo {
  const now = () => new Date();
  const crm = openCrm(dataDir);
  const live = createLive();
  const pages = createPages({ crm, hookUrl, timezone, language, startedAt: now() });
  const send = createSender(hookUrl, now);
  const board = () => readBoard(crm, conversations);

  const app = new Hono();
  app.route('/', createWebhook({ crm, signingSecret, now, changed: live.changed }));
  app.route('/', createWebsite({ board, pages, live, send, hookUrl }));
  app.route('/', createAssets());

  return {
    app,
    changed: live.changed,
    close() {
      live.close();
      crm.close();
    },
  };
}
