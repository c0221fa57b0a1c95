import type { Context, MiddlewareHandler } from 'hono';
import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { bodyOfAtMost, knownHostOnly, pageHeaders, problem } from './guards.ts';

/** A sentence for the person, and the page to show it on. */
export type Outcome = { readonly ok: boolean; readonly words: string; readonly path: string };

/** Sentences that wait for the page that a redirect leads to. The address holds a number, so no link can put words in. */
export type Notices = {
  readonly add: (words: string) => string;
  readonly find: (id: string | undefined) => string | undefined;
};

const maxNotices = 50;

export function createNotices(): Notices {
  const notices = new Map<string, string>();
  let count = 0;
  return {
    add(words) {
      count += 1;
      notices.set(`${count}`, words);
      notices.delete(`${count - maxNotices}`);
      return `${count}`;
    },
    find: (id = '') => notices.get(id),
  };
}

/** Answers a form: JSON for the page's script, else a redirect to the page that shows the sentence. */
export function answer(context: Context, notices: Notices, { ok, words, path }: Outcome): Response {
  const location = `${path}${path.includes('?') ? '&' : '?'}notice=${notices.add(words)}`;
  if (!wantsJson(context)) return context.redirect(location, 303);
  return context.json({ words, path: location }, ok ? 200 : 502);
}

const wantsJson = (context: Context) => context.req.header('accept')?.includes('application/json') ?? false;

/** The form's text fields; undefined if the body is not a form. */
export async function readForm(context: Context): Promise<Readonly<Record<string, string>> | undefined> {
  const form = await context.req.parseBody().catch(() => undefined);
  if (!form) return undefined;
  return Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

export const notAForm = (context: Context) =>
  problem(context, 400, 'Not a form', 'Send the form as application/x-www-form-urlencoded.');

/** Routes for people's browsers. The guards are on these paths only, since the server has other routes. */
export function createGuarded(readable: readonly string[], posted: readonly string[], ownName: () => string): Hono {
  const app = new Hono();
  const knownHost = knownHostOnly(ownName);
  for (const path of [...readable, ...posted]) app.use(path, pageHeaders, knownHost);
  for (const path of readable) app.get(path, etag(), revalidated);
  app.onError((error, context) => {
    if (!(error instanceof HTTPException)) throw error;
    return problem(context, 403, 'Not from this page', 'Use the buttons on the page itself.');
  });
  return app;
}

/** Cached by the browser, but revalidated: an unchanged page is a 304. */
const revalidated: MiddlewareHandler = async (context, next) => {
  await next();
  context.header('Cache-Control', 'private, no-cache');
};

/** Only from the page itself, and of this size at most. */
export const fromThisPage = (maxBytes: number) => [csrf(), bodyOfAtMost(maxBytes)] as const;
