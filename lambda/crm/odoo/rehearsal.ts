import type { Rehearse } from '../../../cli/commands/preview/canned-responses.ts';

export const rehearse: Rehearse = ({ path }) => {
  if (path.endsWith('/search_read')) return { status: 200, body: [] };
  if (path.endsWith('/load')) return { status: 200, body: { ids: [4711], messages: [], nextrow: 0 } };
  return { status: 200, body: [4711] };
};
