import type { AdapterDeps, MadeToken } from '../http/adapter-deps.ts';
import { fieldsFrom, requestToken, tokenFrom, withAccessToken } from '../http/credentials.ts';
import type { Answer, CallApi } from '../http/http.ts';
import { refusedIn } from './answers.ts';

const vendor = 'Pipedrive';
const hourMs = 60 * 60 * 1000;

/**
 * With an API token or an OAuth app, whose refresh token expires after 60 days without use
 * (https://pipedrive.readme.io/docs/marketplace-oauth-authorization).
 */
export function createCall(
  { baseUrl, authUrl }: { readonly baseUrl: string; readonly authUrl: string },
  { http, secret, token }: Pick<AdapterDeps, 'http' | 'secret' | 'token'>,
): CallApi {
  const asUser = http.api({
    vendor,
    baseUrl,
    headers: async () => ({ 'x-api-token': tokenFrom(await secret(), vendor) }),
    retryDelay,
    refusedIn,
  });
  const asApp = http.api({ vendor, baseUrl, ...withAccessToken(token, makeToken), retryDelay, refusedIn });

  async function makeToken(): Promise<MadeToken> {
    const names = ['clientId', 'clientSecret', 'refreshToken'] as const;
    const { clientId, clientSecret, refreshToken } = fieldsFrom(await secret(), vendor, names);
    return requestToken(http, {
      vendor,
      url: `${authUrl}/oauth/token`,
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      form: { grant_type: 'refresh_token', refresh_token: refreshToken },
      validForMs: hourMs,
    });
  }

  return async (call) => ((await secret()).trimStart().startsWith('{') ? asApp(call) : asUser(call));
}

/**
 * `x-ratelimit-reset` is in seconds (https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting). The daily limit
 * lasts until midnight in an unknown timezone, so retry hourly.
 * @returns milliseconds
 */
function retryDelay({ status, headers }: Answer): number | undefined {
  if (status !== 429) return undefined;
  if (headers['x-daily-ratelimit-token-remaining'] === '0') return hourMs;
  const seconds = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  return seconds > 0 ? Math.min(seconds * 1000, hourMs) : undefined;
}
