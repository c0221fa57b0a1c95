import { CrmError } from '../port/errors.ts';
import type { AdapterDeps, MadeToken, SharedToken } from './adapter-deps.ts';
import type { Answer, ApiOptions } from './http.ts';
import { isRecord } from './shapes.ts';

/**
 * The token without white space, which a paste often adds.
 * @throws CrmError of kind `credentials` if it cannot be a token
 */
export function tokenFrom(secret: string, vendor: string): string {
  const token = secret.trim();
  if (isToken(token)) return token;
  throw badCredentials(`The secret for ${vendor} is not a token. Give only the token.`);
}

/**
 * The values of a JSON secret, by the names in its `SecretShape`.
 * @throws CrmError of kind `credentials` that names what is missing, and quotes no value
 */
export function fieldsFrom<Name extends string>(
  secret: string,
  vendor: string,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const values = parseObject(secret);
  const fields = names.map((name) => [name, String(values[name] ?? '').trim()] as const);
  const missing = fields.filter(([, value]) => !isToken(value)).map(([name]) => name);
  if (missing.length > 0) {
    throw badCredentials(
      `The secret for ${vendor} has no valid ${missing.join(', ')}. Give ${names.join(', ')}; if ` +
        'the secret is one text, as a JSON object.',
    );
  }
  return Object.fromEntries(fields) as Record<Name, string>;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const isToken = (text: string) => /^[\x21-\x7e]+$/.test(text);

export const badCredentials = (message: string) => new CrmError(message, { kind: 'credentials' });

/** Zoho's limit for token requests, the strictest of the vendors'. */
const throttledMs = 10 * 60 * 1000;

/**
 * Options for `http.api` that send an access token and renew it after a 401.
 * @param make see `requestToken`
 */
export const withAccessToken = (
  token: SharedToken,
  make: () => Promise<MadeToken>,
  scheme = 'Bearer',
): Required<Pick<ApiOptions, 'headers' | 'renew'>> => ({
  headers: async () => ({ authorization: `${scheme} ${await token.get(make)}` }),
  renew: async ({ authorization = '' }) => token.discard(authorization.slice(scheme.length + 1)),
});

/**
 * Asks a token endpoint for an access token (RFC 6749 §4.4, §6).
 * @param request.headers for endpoints that authenticate the client by header (RFC 6749 §2.3.1)
 * @param request.validForMs how long a token is valid if the answer does not say
 * @throws CrmError of kind `credentials` if refused, `retryable` if throttled
 */
export async function requestToken(
  http: AdapterDeps['http'],
  request: {
    readonly vendor: string;
    readonly url: string;
    readonly form: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly validForMs: number;
  },
): Promise<MadeToken> {
  const { vendor, url, form, headers = {}, validForMs } = request;
  const call = http.api({ vendor, baseUrl: url });
  const answer = await call({
    operation: 'give an access token',
    method: 'POST',
    form,
    headers,
    // An unused token does no harm.
    readsOnly: true,
    expected: isOAuthError,
  });
  if (isOAuthError(answer)) throw tokenRefused(vendor, answer);
  const { access_token: token, expires_in: seconds } = answer.as(isTokenAnswer);
  return { token, validForMs: seconds === undefined ? validForMs : seconds * 1000 };
}

/** RFC 6749 §5.2: 400 with `error`. Zoho also answers 200. */
function isOAuthError({ status, body }: Pick<Answer, 'status' | 'body'>): boolean {
  const fits = status === 200 || status === 400 || status === 401;
  return fits && isRecord(body) && typeof body['error'] === 'string' && body['access_token'] === undefined;
}

/** Zoho's `Access Denied` means "too many requests continuously", not wrong credentials. */
function tokenRefused(vendor: string, answer: Answer): CrmError {
  const { message } = answer.refusal({ status: 401, body: answer.body });
  if (/access.denied|too many|rate.?limit/i.test(JSON.stringify(answer.body))) {
    const words = `${vendor} gives no more access tokens at the moment. It will be tried again.`;
    return new CrmError(words, { kind: 'retryable', retryAfterMs: throttledMs }, { status: answer.status });
  }
  return badCredentials(message);
}

type TokenAnswer = { readonly access_token: string; readonly expires_in?: number };

function isTokenAnswer(value: unknown): value is TokenAnswer {
  if (!isRecord(value)) return false;
  const { access_token: token, expires_in: seconds } = value;
  const isToken = typeof token === 'string' && /^[\x21-\x7e]+$/.test(token);
  return isToken && (seconds === undefined || (typeof seconds === 'number' && seconds > 0));
}
