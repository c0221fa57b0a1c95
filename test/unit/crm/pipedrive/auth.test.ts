import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AdapterDeps } from '../../../../lambda/crm/http/adapter-deps.ts';
import { createCall } from '../../../../lambda/crm/pipedrive/index.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import { type FakePipedrive, startFakePipedrive } from '../../../support/fake-pipedrive.ts';

const clientSecret = 'its-secret';
const refreshToken = 'a-refresh-token';

describe('Pipedrive, for an OAuth app', () => {
  let pipedrive: FakePipedrive;
  let deps: AdapterDeps | undefined;
  const app = { accessToken: 'access-1', refreshToken };
  beforeEach(async () => {
    app.accessToken = 'access-1';
    pipedrive = await startFakePipedrive({ app });
  });
  afterEach(async () => {
    deps?.http.close();
    await pipedrive.close();
    expect(pipedrive.violations).toEqual([]);
  });

  function opened(secret: object) {
    deps = adapterDeps(JSON.stringify(secret));
    return createCall({ baseUrl: pipedrive.url, authUrl: pipedrive.url }, deps);
  }
  const users = { operation: 'list the users', method: 'GET', path: ['v1', 'users'] } as const;
  const paths = () => pipedrive.requests.map(({ path }) => path);

  test('requests an access token once, and another when it has expired', async () => {
    const call = opened({ clientId: 'an-app', clientSecret, refreshToken });
    await call(users);
    await call(users);
    app.accessToken = 'access-2';
    await call(users);
    const renewed = ['/v1/users', '/oauth/token', '/v1/users'];
    expect(paths()).toEqual(['/oauth/token', '/v1/users', '/v1/users', ...renewed]);
  });

  test.each([
    ['a refresh token that was revoked', { clientId: 'an-app', clientSecret, refreshToken: 'revoked-token' }],
    ['a client that is not known', { clientId: 'another-app', clientSecret, refreshToken }],
    ['no client at all', { refreshToken }],
  ])('needs an operator for %s', async (_, secret) => {
    const error: unknown = await opened(secret)(users).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault: { kind: 'credentials' }, outcomeUnknown: false });
    for (const value of Object.values(secret)) expect(String(error)).not.toContain(value);
  });

  test('is retried later if the token endpoint is down', async () => {
    pipedrive.inject({ on: ({ path }) => path === '/oauth/token', how: { status: 503 } });
    await expect(opened({ clientId: 'an-app', clientSecret, refreshToken })(users)).rejects.toMatchObject({
      fault: { kind: 'retryable' },
      outcomeUnknown: false,
    });
  });
});
