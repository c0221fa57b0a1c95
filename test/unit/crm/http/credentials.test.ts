import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { requestToken, withAccessToken } from '../../../../lambda/crm/http/credentials.ts';
import { createHttpClient, type HttpClient } from '../../../../lambda/crm/http/http.ts';
import { type FakeServer, type Reply, startFakeServer } from '../../../support/fake-server.ts';
import { createMemoryToken } from '../../../support/memory-token.ts';

describe('a token endpoint', () => {
  let answer: Reply;
  let server: FakeServer;
  let http: HttpClient;
  beforeEach(async () => {
    server = await startFakeServer(() => answer);
    http = createHttpClient({ now: () => new Date() });
  });
  afterEach(async () => {
    http.close();
    await server.close();
  });
  const form = { grant_type: 'refresh_token', client_secret: 'verysecretvalue' };
  const ask = () => requestToken(http, { vendor: 'The CRM', url: `${server.url}/token`, form, validForMs: 7000 });

  test('is asked by a form, and tells how long the token is valid', async () => {
    answer = { status: 200, body: { access_token: 'abc', expires_in: 3600 } };
    expect(await ask()).toEqual({ token: 'abc', validForMs: 3_600_000 });
    expect(server.requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(server.requests[0]?.text).toBe('grant_type=refresh_token&client_secret=verysecretvalue');
  });

  test('that does not tell the validity gets the default', async () => {
    answer = { status: 200, body: { access_token: 'abc' } };
    expect(await ask()).toEqual({ token: 'abc', validForMs: 7000 });
  });

  test.each([
    ['as the standard says', 400, { error: 'invalid_client', error_description: 'client verysecretvalue invalid' }],
    ['as Zoho does', 200, { error: 'invalid_code' }],
    ['without a reason', 401, { message: 'no' }],
  ])('that refuses %s needs an operator, and the error hides the secret', async (_, status, body) => {
    answer = { status, body };
    const error = await ask().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault: { kind: 'credentials' } });
    expect(String(error)).not.toContain('verysecretvalue');
  });

  test('that throttles is not asked again until its limit ends', async () => {
    const words = 'You have made too many requests continuously. Please try again after some time.';
    answer = { status: 400, body: { error: 'Access Denied', error_description: words, status: 'failure' } };
    await expect(ask()).rejects.toMatchObject({ fault: { kind: 'retryable', retryAfterMs: 600_000 } });
  });

  test.each([[{ access_token: 'a b' }], [{ access_token: '' }], [{ access_token: 'abc', expires_in: '1' }], [[]]])(
    'that answers %j has given no token, and is asked again later',
    async (body) => {
      answer = { status: 200, body };
      await expect(ask()).rejects.toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: false });
    },
  );
});

test('the refused access token is discarded, even if another is in use by then', async () => {
  const token = createMemoryToken();
  let made = 0;
  const make = async () => {
    made += 1;
    return { token: `token-${made}`, validForMs: 1000 };
  };
  const { headers, renew } = withAccessToken(token, make, 'Zoho-oauthtoken');
  const first = await headers();
  expect(first).toEqual({ authorization: 'Zoho-oauthtoken token-1' });
  await renew(first);
  expect(await headers()).toEqual({ authorization: 'Zoho-oauthtoken token-2' });
  await renew(first);
  expect(await headers()).toEqual({ authorization: 'Zoho-oauthtoken token-2' });
});
