import type { Rehearse } from '../../../cli/commands/preview/canned-responses.ts';

export const rehearse: Rehearse = ({ method, path }) => {
  if (method === 'GET') return { status: 200, body: { users: [], tickets: [], comments: [], user_fields: [] } };
  if (path.includes('/tickets')) return { status: 201, body: { ticket: { id: 4711, status: 'new' } } };
  return { status: 201, body: { user: { id: 1147 } } };
};
