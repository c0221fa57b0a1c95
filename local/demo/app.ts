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
  readonly dataDir: string;
  readonly signingSecret: string;
  /** The whole URL with the key. A function, since the port may only be known later. */
  readonly hookUrl: () => string;
  readonly conversations: () => Promise<readonly ConversationStatus[]>;
  readonly timezone: string;
  readonly language: Language;
};

export type Demo = {
  /** Mounted at `/`; answers `/demo-crm` and the page's own paths only. */
  readonly app: Hono;
  readonly changed: () => void;
  /** Ends the pages' event streams and closes the database. Call it before the server waits for its connections. */
  readonly close: () => void;
};

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
