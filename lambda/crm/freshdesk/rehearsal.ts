import type { Rehearse } from '../rehearsal.ts';

export const rehearse: Rehearse = ({ method }) =>
  method === 'GET' ? { status: 200, body: [] } : { status: 201, body: { id: 4711 } };
