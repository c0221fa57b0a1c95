import { readdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { basename, extname, join } from 'node:path';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { csrf } from 'hono/csrf';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';

/** Only the page's own files may be loaded, run or posted to. */
const pageHeaders: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  // With the default, no-referrer, browsers send `Origin: null` for the page's own form.
  referrerPolicy: 'same-origin',
  xFrameOptions: 'DENY',
  strictTransportSecurity: false,
});

/**
 * Rejects requests for other host names, against DNS rebinding: a foreign page could make its name point to 127.0.0.1.
 * @param ownName the name of this server, if it is not localhost
 */
export function knownHostOnly(ownName: () => string): MiddlewareHandler {
  return async (context, next) => {
    const name = new URL(context.req.url).hostname;
    if (isLocalName(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || name === ownName()) return next();
    return problem(context, 421, 'Unknown host', 'Open this page by its address, such as http://127.0.0.1:3000/.');
  };
}

const isLocalName = (name: string) => name === 'localhost' || name.endsWith('.localhost');

/** Accepts a body only if its length is declared and at most this many bytes. */
export function bodyOfAtMost(bytes: number): MiddlewareHandler {
  return async (context, next) => {
    const length = context.req.header('content-length');
    if (length === undefined) return problem(context, 411, 'Length required', 'Send Content-Length.');
    if (Number(length) > bytes) return problem(context, 413, 'Too large', `Send at most ${bytes} bytes.`);
    return next();
  };
}

type ProblemStatus = 400 | 401 | 403 | 404 | 411 | 413 | 421 | 502 | 503;

/** A problem response (RFC 9457). */
export function problem(context: Context, status: ProblemStatus, title: string, detail: string): Response {
  return context.body(JSON.stringify({ title, status, detail }), status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
  });
}

/** A sentence for the person, and the page to show it on. */
export type Outcome = { readonly ok: boolean; readonly words: string; readonly path: string };

/** Sentences for the page after a redirect. Its address holds only a number, so a link cannot inject text. */
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

/** Accepts posts from the page itself, up to this size. */
export const fromThisPage = (maxBytes: number) => [csrf(), bodyOfAtMost(maxBytes)] as const;

/** The inspector's own styles and script. */
export const inspectorAssets = join(import.meta.dirname, '../assets');

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export function createAssets(directories: readonly string[]): Hono {
  const app = new Hono();
  for (const file of directories.flatMap((directory) => readdirSync(directory).map((name) => join(directory, name)))) {
    const type = types[extname(file)];
    const content = readFileSync(file, 'utf8');
    if (type) app.get(`/assets/${basename(file)}`, (context) => context.body(content, 200, { 'Content-Type': type }));
  }
  return app;
}
