import type { Rehearse } from '../../../cli/commands/preview/canned-responses.ts';

/** For previews: look-ups find nobody, whatever is created gets an id. */
export const rehearse: Rehearse = ({ method }) =>
  method === 'GET'
    ? { status: 200, body: { contacts: [], notes: [], tasks: [] } }
    : { status: 201, body: { id: 'preview' } };
