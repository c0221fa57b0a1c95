import { isRecord } from '../http/shapes.ts';
import type { Rehearse } from '../../../cli/commands/preview/canned-responses.ts';

/** Look-ups find nobody; whatever is written gets an id. */
export const rehearse: Rehearse = ({ method, path, body }) => {
  if (path.startsWith('/services/oauth2/')) return { status: 200, body: { access_token: 'rehearsed' } };
  if (method === 'GET') return { status: 200, body: { totalSize: 0, done: true, records: [] } };
  const records = isRecord(body) && Array.isArray(body['records']) ? body['records'] : [];
  const id = (at: number) => `003${String(at + 1).padStart(12, '0')}AAA`;
  return { status: 200, body: records.map((_, at) => ({ success: true, id: id(at), errors: [] })) };
};
