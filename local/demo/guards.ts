import { isIP } from 'node:net';
import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Nothing but the page's own files may be loaded, run or posted to. */
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
  // With no-referrer, the default, a browser posts the page's own form with `Origin: null`.
  referrerPolicy: 'same-origin',
  xFrameOptions: 'DENY',
  strictTransportSecurity: false,
});

/**
 * Refuses a request that reached this machine under somebody else's name, as a page does whose name was rebound to
 * 127.0.0.1 to read what is here. A literal address cannot be rebound.
 * @param ownName the name that this server is known by, where it has another than localhost
 */
export function knownHostOnly(ownName: () => string): MiddlewareHandler {
  return async (context, next) => {
    const name = new URL(context.req.url).hostname;
    if (isLocalName(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || name === ownName()) return next();
    return problem(context, 421, 'Unknown host', 'Open this page by its address, such as http://127.0.0.1:3000/.');
  };
}

const isLocalName = (name: string) => name === 'localhost' || name.endsWith('.localhost');

/** A body is read only when its length is told beforehand, and is at most this many bytes. */
export function bodyOfAtMost(bytes: number): MiddlewareHandler {
  return async (context, next) => {
    const length = context.req.header('content-length');
    if (length === undefined) return problem(context, 411, 'Length required', 'Send Content-Length.');
    if (Number(length) > bytes) return problem(context, 413, 'Too large', `Send at most ${bytes} bytes.`);
    return next();
  };
}

type ProblemStatus = 400 | 401 | 403 | 411 | 413 | 421 | 502;

/** An answer as RFC 9457 has it. */
export function problem(context: Context, status: ProblemStatus, title: string, detail: string): Response {
  return context.body(JSON.stringify({ title, status, detail }), status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
  });
}
