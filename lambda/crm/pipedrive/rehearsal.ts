import type { Rehearse } from '../../../cli/commands/preview/canned-responses.ts';

/** Searches and lists find nothing; whatever is made is number 1. */
export const rehearse: Rehearse = ({ method, path }) => {
  const [endpoint = ''] = path.split('?');
  if (endpoint.endsWith('/oauth/token')) return ok({ access_token: 'rehearsed', expires_in: 3600 });
  if (method !== 'GET') return ok({ success: true, data: { id: endpoint.endsWith('/leads') ? '1' : 1 } });
  return ok({ success: true, data: endpoint.endsWith('/search') ? { items: [] } : [] });
};

const ok = (body: unknown) => ({ status: 200, body });
