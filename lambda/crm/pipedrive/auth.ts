import { requestToken, withAccessToken } from '../http/access-token.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { fieldsFrom, tokenFrom } from '../http/credentials.ts';
import type { CallApi } from '../http/http.ts';
import type { MadeToken } from '../http/oauth.ts';
import { retryDelay } from './rate-limit.ts';

const vendor = 'Pipedrive';
const hourMs = 60 * 60 * 1000;

/**
 * Calls Pipedrive with whatever the secret holds: an API token as plain text, or the JSON object
 * `{"clientId":"…","clientSecret":"…","refreshToken":"…"}` of an OAuth app. A refresh token lives on as long as it is
 * used at least every 60 days (https://pipedrive.readme.io/docs/marketplace-oauth-authorization).
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
  });
  const asApp = http.api({ vendor, baseUrl, ...withAccessToken(token, makeToken), retryDelay });

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
