import { isIP } from 'node:net';
import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Only the page's own files may be loaded, run or posted to. */
export const pageHeaders: MiddlewareHandler = secureHeaders({
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
