import type { Received, Reply } from './fake-server.ts';
import { createIds, RecordTable } from './record-table.ts';

export type StoredUser = Record<string, unknown> & { readonly id: number };
export type StoredTicket = Record<string, unknown> & {
  readonly id: number;
  status: string;
  readonly comments: StoredComment[];
};
type StoredComment = {
  readonly id: number;
  readonly html_body: string;
  readonly public: boolean;
  readonly attachments: { readonly id: number; file_name: string; readonly size: number }[];
};
export type ZendeskStore = ReturnType<typeof createZendeskStore>;

/** Zendesk's users and tickets in memory. */
export function createZendeskStore() {
  const nextId = createIds(360_000_000_102, Number);
  const users = new RecordTable<StoredUser>((properties, createdAt) => {
    const { skip_verify_email: _, user_fields = {}, ...own } = properties;
    // No `email` where there is none: the contract has it that it is never null.
    const nothing = { name: '', phone: null, external_id: null, role: 'end-user', active: true };
    return { ...nothing, ...own, user_fields, ...timesOf(createdAt), id: nextId() };
  });
  const tickets = new RecordTable<StoredTicket>(({ comment, ...own }, createdAt) => {
    const ticket = { status: 'new', ...own, ...timesOf(createdAt), id: nextId(), comments: [] };
    addComment(ticket, comment);
    return ticket;
  });
  /** Files that no comment has yet, by token. */
  const uploads = new Map<string, { readonly file_name: string; readonly size: number }>();

  /** A second address is added to the first, and is no property of the user. */
  function changeUser(user: StoredUser, properties: Readonly<Record<string, unknown>>): void {
    const { skip_verify_email: _, user_fields: fields, email, ...own } = properties;
    Object.assign(user, own, { user_fields: { ...Object(user['user_fields']), ...Object(fields) } });
    if (typeof email === 'string' && email !== user['email']) {
      if (user['email'] === undefined) user['email'] = email;
      else user['other_addresses'] = [...addressesOf(user).slice(1), email];
    }
  }

  const userByAddress = (email: unknown) =>
    typeof email === 'string' ? users.find((user) => addressesOf(user).includes(email.toLowerCase())) : undefined;

  /** Zendesk wraps the HTML in a block of its own and drops tags that it does not know. */
  function addComment(ticket: StoredTicket, comment: unknown): void {
    const { html_body: html = '', body = '', public: isPublic = true, uploads: tokens = [] } = Object(comment);
    const kept = String(html || body).replace(/<\/?bdi>/g, '');
    const html_body = `<div class="zd-comment" dir="auto">${kept}</div>`;
    const attachments = [...tokens].flatMap((token: string) => {
      const file = uploads.get(token);
      uploads.delete(token);
      return file === undefined ? [] : [{ ...file, id: nextId() }];
    });
    ticket.comments.push({ id: nextId(), html_body, public: isPublic, attachments });
  }

  return { uploads, users, tickets, changeUser, userByAddress, addComment };
}

const timesOf = (at: Date) => ({ created_at: at.toISOString(), updated_at: at.toISOString() });

const addressesOf = ({ email, other_addresses: others }: StoredUser): readonly string[] =>
  [email, ...(Array.isArray(others) ? others : [])].map((address) => String(address ?? '').toLowerCase());

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
