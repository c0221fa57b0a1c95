import type { Rehearse } from '../../../cli/commands/preview/canned-responses.ts';

export const rehearse: Rehearse = ({ method }) =>
  method === 'GET' ? { status: 200, body: [] } : { status: 201, body: { id: 4711 } };
