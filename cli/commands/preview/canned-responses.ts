import type { Destination } from '../../../lambda/crm/catalogue.ts';
import { isRecord } from '../../../lambda/crm/http/answer.ts';
import type { Transport } from '../../../lambda/crm/http/transport.ts';
import { jsonOrText } from '../../lib/terminal/output.ts';

export type PreviewedRequest = {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
};

/** A CRM's answers for an unknown visitor: look-ups find nothing, creations return an id. */
export type CannedResponses = (request: PreviewedRequest) => { readonly status: number; readonly body: unknown };

const ok = (body: unknown) => ({ status: 200, body });
const created = (body: unknown) => ({ status: 201, body });
const endpointOf = (path: string) => path.split('?', 1)[0] ?? '';

function listIn(body: unknown, name: string): readonly unknown[] {
  const list: unknown = isRecord(body) ? body[name] : undefined;
  return Array.isArray(list) ? list : [];
}

export const cannedResponses: Readonly<Record<Destination['adapter'], CannedResponses>> = {
  webhook: () => ({ status: 204, body: null }),

  hubspot: ({ path, body }) => {
    const createdAt = '2026-01-01T00:00:00.000Z';
    if (!path.endsWith('/batch/create')) return ok({ id: '1', results: [], createdAt });
    const results = listIn(body, 'inputs').map((input, index) => ({
      id: String(4711 + index),
      createdAt,
      properties: {},
      objectWriteTraceId: isRecord(input) ? input['objectWriteTraceId'] : undefined,
    }));
    return created({ status: 'COMPLETE', results });
  },

  pipedrive: ({ method, path }) => {
    const endpoint = endpointOf(path);
    if (endpoint.endsWith('/oauth/token')) return ok({ access_token: 'preview', expires_in: 3600 });
    if (method !== 'GET') return ok({ success: true, data: { id: endpoint.endsWith('/leads') ? '1' : 1 } });
    return ok({ success: true, data: endpoint.endsWith('/search') ? { items: [] } : [] });
  },

  espocrm: ({ method, path }) => {
    const endpoint = endpointOf(path);
    if (endpoint.endsWith('/App/user')) return ok({ user: { id: '1' }, acl: { table: {} } });
    const isList = method === 'GET' && (path.includes('?') || endpoint.endsWith('/stream'));
    return ok(isList ? { total: 0, list: [] } : { id: '1' });
  },

  zendesk: ({ method, path }) => {
    if (method === 'GET') return ok({ users: [], tickets: [], comments: [], user_fields: [] });
    if (path.includes('/tickets')) return created({ ticket: { id: 4711, status: 'new' } });
    return created({ user: { id: 1147 } });
  },

  zoho: ({ method, path, body }) => {
    if (path.startsWith('/oauth/')) return ok({ access_token: 'preview', expires_in: 3600 });
    if (method === 'GET' || path.endsWith('/coql')) return { status: 204, body: null };
    const result = (index: number) => ({
      code: 'SUCCESS',
      status: 'success',
      message: 'record added',
      details: { id: String(index + 1) },
    });
    return created({ data: listIn(body, 'data').map((_, index) => result(index)) });
  },

  freshdesk: ({ method }) => (method === 'GET' ? ok([]) : created({ id: 4711 })),

  salesforce: ({ method, path, body }) => {
    if (path.startsWith('/services/oauth2/')) return ok({ access_token: 'preview' });
    if (method === 'GET') return ok({ totalSize: 0, done: true, records: [] });
    const id = (index: number) => `003${String(index + 1).padStart(12, '0')}AAA`;
    return ok(listIn(body, 'records').map((_, index) => ({ success: true, id: id(index), errors: [] })));
  },

  raynet: ({ method, path }) => {
    if (path.includes('/ext/')) return { status: 404, body: { message: 'Not found' } };
    if (method === 'GET') return ok({ success: true, totalCount: 0, data: [] });
    return created({ success: true, data: { id: 4711 } });
  },

  odoo: ({ path }) => {
    if (path.endsWith('/search_read')) return ok([]);
    if (path.endsWith('/context_get')) return ok({ uid: 2 });
    if (path.endsWith('/load')) return ok({ ids: [4711], messages: [], nextrow: 0 });
    return ok([4711]);
  },
};

/** Replaces the network: passes each request to `onRequest` and returns a canned response. */
export function createCannedTransport(
  respond: CannedResponses,
  onRequest: (
    request: PreviewedRequest & { readonly origin: string; readonly headers: Readonly<Record<string, string>> },
  ) => void,
): Transport {
  return {
    send: async ({ method, origin, path, headers, body: sent }) => {
      const request = { method, path, body: sent === undefined ? undefined : readable(sent) };
      onRequest({ ...request, origin, headers });
      const { status, body } = respond(request);
      return { status, headers: {}, body: oneChunk(Buffer.from(JSON.stringify(body))) };
    },
    close: () => {},
  };
}

const readable = (sent: string | Uint8Array) =>
  typeof sent === 'string' ? jsonOrText(sent) : `(${sent.length} bytes)`;

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
