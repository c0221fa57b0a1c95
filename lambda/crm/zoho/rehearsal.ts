import { isRecord } from '../http/shapes.ts';
import type { Rehearse } from '../../../cli/commands/preview/canned-responses.ts';

/** Look-ups find nobody; whatever is written gets an id. */
export const rehearse: Rehearse = ({ method, path, body }) => {
  if (path.startsWith('/oauth/')) return { status: 200, body: { access_token: 'rehearsed', expires_in: 3600 } };
  if (method === 'GET' || path.endsWith('/coql')) return { status: 204, body: null };
  const records = isRecord(body) && Array.isArray(body['data']) ? body['data'] : [];
  const result = (at: number) => ({
    code: 'SUCCESS',
    status: 'success',
    message: 'record added',
    details: { id: String(at + 1) },
  });
  return { status: 201, body: { data: records.map((_, at) => result(at)) } };
};
