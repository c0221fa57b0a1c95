import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { problem } from '../../../inspector/web/browser.ts';

/**
 * Lets in who has opened the address with the token, which becomes a cookie: other users and programs of this machine
 * reach the port, too.
 */
export function signIn(token: string): MiddlewareHandler {
  return async (context, next) => {
    const given = context.req.query('token');
    if (given !== undefined && isSame(given, token)) {
      setCookie(context, cookieOf(context), token, { httpOnly: true, sameSite: 'Strict', path: '/' });
      // So that the token is not in what a page links to or sends.
      return context.redirect('/inspector', 303);
    }
    if (isSame(getCookie(context, cookieOf(context)) ?? '', token)) return next();
    return problem(context, 401, 'Not signed in', 'Open the address that npx forwarder dashboard has printed.');
  };
}

/** Cookies do not tell ports apart, and two stages may be open at once. */
const cookieOf = ({ req }: Context) => `forwarder-dashboard-${new URL(req.url).port}`;

const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));

const digest = (text: string) => createHash('sha256').update(text).digest();
