import type { Rehearse } from '../../../cli/commands/preview/canned-responses.ts';

export const rehearse: Rehearse = ({ method, path }) => {
  if (path.includes('/ext/')) return { status: 404, body: { message: 'Not found' } };
  if (method === 'GET') return { status: 200, body: { success: true, totalCount: 0, data: [] } };
  return { status: 201, body: { success: true, data: { id: 4711 } } };
};
