import type { AdapterDeps, MadeToken } from '../http/adapter-deps.ts';
import type { Answer } from '../http/answer.ts';
import { fieldsFrom, requestToken, tokenFrom, withAccessToken } from '../http/credentials.ts';
import type { CallApi } from '../http/http.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../port/problems.ts';
import { createFiles, createFollowUps, createNotes } from './activities.ts';
import { refusedIn } from './answers.ts';
import { createPipedriveClient, type PipedriveClient } from './client.ts';
import { createContacts } from './contacts.ts';
import type { PipedriveSettings } from './settings.ts';

const defaultBaseUrl = 'https://api.pipedrive.com';
const defaultAuthUrl = 'https://oauth.pipedrive.com';

/** A known person costs two calls, three if a blank can be filled; a new one three. Pipedrive has no batches. */
export function createPipedriveAdapter(settings: PipedriveSettings, deps: AdapterDeps): CrmAdapter {
  const { baseUrl = defaultBaseUrl, authUrl = defaultAuthUrl } = settings;
  const call = createCall({ baseUrl, authUrl }, deps);
  const client = createPipedriveClient(call);
  return {
    upsertContacts: oneByOne(createContacts(client, settings)),
    ...createNotes(client, deps),
    followUps: createFollowUps(client, deps),
    ...(settings.files !== false && { files: createFiles(call) }),
    check: createCheck(client, settings),
  };
}

const createCheck = (client: PipedriveClient, settings: PipedriveSettings) => () =>
  problemsFrom(
    // Read in any case: it tries the credentials.
    async () => unknownNames('field', configuredFields(settings), await client.personFields(), fieldRemedy),
    () => unknownNames('active user', ownersIn(settings.owners), client.activeUsers, userRemedy),
    async () => {
      const { on, as } = settings.followUp ?? {};
      if (on?.length !== 0) await client.tryFollowUps(as === 'lead' ? 'leads' : 'activities');
      return [];
    },
  );

const fieldRemedy =
  'Take the key of 40 letters and digits from Pipedrive → Company settings → Data fields → Person → … → Copy API key.';

const userRemedy = "Take the number at the end of the address of the user's page in Pipedrive → Manage users.";

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
