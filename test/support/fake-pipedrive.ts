import { createPipedriveRoutes, type PipedriveData } from './fake-pipedrive-routes.ts';
import { beyondContract, createPipedriveStore, type PipedriveStore, unauthorised } from './fake-pipedrive-store.ts';
import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { loadVendorContract } from './vendor-contract.ts';

export type FakePipedrive = FakeServer &
  PipedriveStore & {
    readonly token: string;
    readonly refusals: Refusals;
    /** What Pipedrive would not have been asked or would not have answered, in words. */
    readonly violations: readonly string[];
  };

type Options = PipedriveData & {
  /** The access token that is valid now, for apps; OAuth's endpoint gives it for `refreshToken`. */
  readonly app?: { accessToken: string; readonly refreshToken: string };
};

/**
 * Pipedrive's API, as far as it is documented: v2 for persons and activities, v1 for notes, leads and users, in memory.
 * Each exchange is checked against Pipedrive's OpenAPI and against the rules which that leaves out.
 */
export async function startFakePipedrive(options: Options = {}): Promise<FakePipedrive> {
  const contracts = {
    '/v1': await loadVendorContract('pipedrive.v1.json'),
    '/api/v2': await loadVendorContract('pipedrive.v2.json'),
  };
  const token = '5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d1e2f3a4b';
  const violations: string[] = [];
  const store = createPipedriveStore();
  const refusals = createRefusals();
  const route = createPipedriveRoutes(store, options, refusals);

  const server = await startFakeServer((request) => {
    if (request.path === '/oauth/token') return giveToken(request, options);
    const reply = isAllowed(request, token, options) ? route(request) : unauthorised();
    const [prefix, contract] = Object.entries(contracts).find(([each]) => request.path.startsWith(each)) ?? [''];
    const asked = { ...request, path: request.path.slice(prefix.length) };
    // Pipedrive's OpenAPI for files is not among the contracts.
    if (/\/files(?:\/|$)/.test(request.path)) return reply;
    const faults = reply.status >= 400 ? [] : (contract?.check(asked, reply) ?? [`${request.path} is nowhere`]);
    violations.push(...faults, ...beyondContract(request));
    return reply;
  });
  return { ...server, ...store, token, refusals, violations };
}

function isAllowed({ headers }: Received, token: string, { app }: Options): boolean {
  return headers['x-api-token'] === token || (app && headers.authorization === `Bearer ${app.accessToken}`) === true;
}

/** https://pipedrive.readme.io/docs/marketplace-oauth-and-api-proxy-status-codes. */
function giveToken({ headers, text }: Received, { app }: Options): Reply {
  const form = new URLSearchParams(text);
  const isClient = headers.authorization === `Basic ${Buffer.from('an-app:its-secret').toString('base64')}`;
  if (!isClient || form.get('refresh_token') !== app?.refreshToken) {
    const message = isClient ? 'Invalid grant: refresh_token is invalid' : 'Invalid client: client is invalid';
    return { status: 400, body: { success: 'false', message, error: isClient ? 'invalid_grant' : 'invalid_client' } };
  }
  const { accessToken, refreshToken } = app;
  const body = { access_token: accessToken, token_type: 'Bearer', expires_in: 3600, refresh_token: refreshToken };
  return { status: 200, body };
}
