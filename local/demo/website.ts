import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { streamSSE } from 'hono/streaming';
import type { Board } from './crm/board.ts';
import { bodyOfAtMost, knownHostOnly, pageHeaders, problem } from './guards.ts';
import type { Live } from './live.ts';
import type { Pages } from './pages.ts';
import { HookRefusal, type SendSample } from './sender.ts';

const readable = ['/', '/deliveries', '/chats/:id', '/demo/:file'];

/** The page's routes. The guards are on these paths only, since the server has other routes. */
export function createWebsite(deps: {
  readonly board: () => Promise<Board>;
  readonly pages: Pages;
  readonly live: Live;
  readonly send: SendSample;
  readonly hookUrl: () => string;
}): Hono {
  const { board, pages, live } = deps;
  const app = new Hono();

  const knownHost = knownHostOnly(() => new URL(deps.hookUrl()).hostname);
  for (const path of [...readable, '/events', '/samples']) app.use(path, pageHeaders, knownHost);
  for (const path of readable) {
    app.get(path, etag(), async (context, next) => {
      await next();
      // Cached by the browser, but revalidated: an unchanged page is a 304.
      context.header('Cache-Control', 'private, no-cache');
    });
  }

  app.get('/', async (context) => {
    const sent = context.req.query('sent') !== undefined;
    const notice = sent ? 'The sample was sent. It appears among the contacts in a moment.' : undefined;
    return context.html(pages.overview(await board(), 'contacts', notice));
  });

  app.get('/deliveries', async (context) => context.html(pages.overview(await board(), 'deliveries')));

  app.get('/chats/:id', async (context) => {
    const whole = context.req.query('whole') !== undefined;
    const { status, body } = pages.chat(await board(), context.req.param('id'), { whole });
    return context.html(body, status);
  });

  app.get('/events', (context) => {
    const response = streamSSE(context, live.hold);
    // A kept-alive connection would delay the server's stop.
    response.headers.set('Connection', 'close');
    return response;
  });

  app.post('/samples', csrf(), bodyOfAtMost(10_000), async (context) => {
    const form = await context.req.parseBody().catch(() => undefined);
    if (!form) return problem(context, 400, 'Not a form', 'Send the form as application/x-www-form-urlencoded.');
    const { sample: name } = form;
    const wantsJson = context.req.header('accept')?.includes('application/json') ?? false;
    try {
      const sample = await deps.send(typeof name === 'string' ? name : '');
      if (!sample) return problem(context, 400, 'No such sample', 'Choose one of the samples on the page.');
      return wantsJson ? context.json({ sent: sample.label }, 202) : context.redirect('/?sent=1', 303);
    } catch (error) {
      if (!(error instanceof HookRefusal)) throw error;
      if (wantsJson) return problem(context, 502, 'The sample was not sent', error.message);
      return context.html(pages.overview(await board(), 'contacts', error.message), 502);
    }
  });
  app.onError((error, context) => {
    if (!(error instanceof HTTPException)) throw error;
    return problem(context, 403, 'Not from this page', 'Send samples with the button on the page itself.');
  });
  return app;
}

const directory = join(import.meta.dirname, 'assets');

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export function createAssets(): Hono {
  const app = new Hono();
  for (const file of readdirSync(directory)) {
    const type = types[extname(file)];
    const content = readFileSync(join(directory, file), 'utf8');
    if (type) app.get(`/demo/${file}`, (context) => context.body(content, 200, { 'Content-Type': type }));
  }
  return app;
}
