import type { Received, Reply } from './fake-server.ts';

/** Bytes; a text column's. */
export const maxHtmlLength = 65_535;

type Fault = { readonly field: string; readonly message: string; readonly code: string; additional_info?: object };

/** Freshdesk's words for what it refuses. */
export const refuse = (status: number, ...errors: readonly Fault[]): Reply => ({
  status,
  body: { description: 'Validation failed', errors },
});

export const missing = (field: string) =>
  refuse(400, { field, message: 'It should be a/an String', code: 'missing_field' });

export const unauthorised: Reply = {
  status: 401,
  body: { code: 'invalid_credentials', message: 'You have to be logged in to perform this action.' },
};

/** A 404 has no body at all. */
export const notFound: Reply = { status: 404 };

/** What Freshdesk would take and we must not send. */
export function beyondContract({ method, path, body, query, form }: Received): readonly string[] {
  const creates = method === 'POST';
  const sent = form === undefined ? Object(body) : { private: form.get('private') === 'true' };
  const listsTickets = method === 'GET' && path === '/api/v2/tickets';
  const wrong: readonly (readonly [boolean, string])[] = [
    [creates && path.endsWith('/notes') && sent.private !== true, 'a note that the requester can read'],
    [creates && path.endsWith('/tickets') && !/^<p>/.test(sent.description), 'a ticket without words in HTML'],
    [creates && path.endsWith('/tickets') && sent.source !== 7, 'a chat that is none'],
    [creates && path.endsWith('/tickets') && /[\n\r]/.test(sent.subject), 'a subject of several lines'],
    [listsTickets && query.get('requester_id') === '', 'the tickets of nobody'],
    [listsTickets && query.get('updated_since') === null, 'the tickets of the last 30 days alone'],
    [path.endsWith('/contacts') && method === 'GET' && [...query.values()].includes(''), 'a look-up by nothing'],
  ];
  return wrong.filter(([applies]) => applies).map(([, what]) => `${method} ${path}: ${what}`);
}
