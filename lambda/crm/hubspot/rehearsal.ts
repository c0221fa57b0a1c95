import { isRecord } from '../http/shapes.ts';
import type { Rehearse } from '../../../cli/commands/preview/canned-responses.ts';

const at = '2026-01-01T00:00:00.000Z';

export const rehearse: Rehearse = ({ path, body }) => {
  if (!path.endsWith('/batch/create')) return { status: 200, body: { id: '1', results: [], createdAt: at } };
  const inputs = isRecord(body) && Array.isArray(body['inputs']) ? body['inputs'] : [];
  const results = inputs.map((input: unknown, index) => ({
    id: String(4711 + index),
    createdAt: at,
    properties: {},
    objectWriteTraceId: isRecord(input) ? input['objectWriteTraceId'] : undefined,
  }));
  return { status: 201, body: { status: 'COMPLETE', results } };
};
