import type { Rehearse } from '../../../cli/commands/preview/canned-responses.ts';

/** Searches and streams find nothing; whatever is made or read is number 1. */
export const rehearse: Rehearse = ({ method, path }) => {
  const [endpoint = ''] = path.split('?');
  if (endpoint.endsWith('/App/user')) return ok({ user: { id: '1' }, acl: { table: {} } });
  const isList = method === 'GET' && (path.includes('?') || endpoint.endsWith('/stream'));
  return ok(isList ? { total: 0, list: [] } : { id: '1' });
};

const ok = (body: unknown) => ({ status: 200, body });
