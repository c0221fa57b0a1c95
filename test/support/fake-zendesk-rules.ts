import type { Received, Reply } from './fake-server.ts';

/** Bytes: the column that holds a comment. */
export const maxCommentLength = 65_535;

type Fault = { readonly description: string; readonly error?: string };

/** Zendesk's words for a record that it refuses. */
export const invalid = (details: Readonly<Record<string, Fault>>): Reply => ({
  status: 422,
  body: {
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: Object.fromEntries(Object.entries(details).map(([field, fault]) => [field, [fault]])),
  },
});

export const notFound: Reply = { status: 404, body: { error: 'RecordNotFound', description: 'Not found' } };
export const unauthorised: Reply = { status: 401, body: { error: "Couldn't authenticate you" } };

/** Operations, and the search's further pages, that Zendesk has and the contract has not. */
export const isUnlisted = ({ method, path, query }: Received) =>
  (path === '/api/v2/users/search' && query.has('page')) ||
  [
    /^GET \/api\/v2\/users\/(\d+|me|show_many)$/,
    /^PUT \/api\/v2\/users\/\d+$/,
    /^GET \/api\/v2\/user_fields$/,
    /^GET \/api\/v2\/tickets\/\d+\/comments$/,
    /^DELETE \/api\/v2\/tickets\/\d+$/,
    /^POST \/api\/v2\/uploads$/,
    /^PUT \/api\/v2\/tickets\/\d+\/comments\/\d+\/attachments\/\d+\/redact$/,
  ].some((operation) => operation.test(`${method} ${path}`));

/** What Zendesk would take and we must not send. */
export function beyondContract({ method, path, body, headers }: Received): readonly string[] {
  const { ticket, user } = Object(body);
  const creates = method === 'POST';
  const wrong: readonly (readonly [boolean, string])[] = [
    [ticket !== undefined && ticket.comment?.public !== false, 'a comment that the requester can read'],
    [ticket !== undefined && ticket.comment?.html_body === undefined, 'a ticket without words in HTML'],
    [ticket !== undefined && creates && headers['idempotency-key'] === undefined, 'a ticket without Idempotency-Key'],
    [ticket !== undefined && creates && !ticket.external_id, 'a ticket that cannot be found again'],
    [ticket !== undefined && creates && !Number.isSafeInteger(ticket.requester_id), 'a ticket for nobody'],
    [ticket?.subject !== undefined && /[\n\r]/.test(ticket.subject), 'a subject of several lines'],
    [user?.email !== undefined && user.skip_verify_email !== true, 'an address that Zendesk would write to'],
    [user !== undefined && 'email' in user && !user.email, 'a blank address'],
    [user !== undefined && 'name' in user && !user.name, 'a blank name'],
  ];
  return wrong.filter(([applies]) => applies).map(([, what]) => `${method} ${path}: ${what}`);
}
