import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import {
  beyondContract,
  createZendeskStore,
  invalid,
  isUnlisted,
  maxCommentLength,
  notFound,
  type StoredTicket,
  type StoredUser,
  unauthorised,
  type ZendeskStore,
} from './fake-zendesk-store.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { loadVendorContract } from './vendor-contract.ts';

export type FakeZendesk = FakeServer &
  ZendeskStore & {
    readonly secret: string;
    readonly refusals: Refusals;
    /** What Zendesk would not have been asked or would not have answered, in words. */
    readonly violations: readonly string[];
  };

export type FakeZendeskOptions = {
  /** Users' ids that are agents'. */
  readonly agents?: readonly string[];
  /** Keys of the custom user fields. */
  readonly userFields?: readonly string[];
  /** The search has not seen any user yet. */
  readonly searchLags?: boolean;
  /** The role of the user whose token it is. */
  readonly role?: string;
  readonly commentsPerPage?: number;
};

const ownEmail = 'forwarder@shop.example';
const token = 'KxQ2mVtT0sR8pLw4';

/**
 * Zendesk's Ticketing API, as far as it is documented or has been reported: users and tickets in memory, Zendesk's own
 * error bodies, each exchange checked against Zendesk's OpenAPI and against the rules which that leaves out.
 */
export async function startFakeZendesk(options: FakeZendeskOptions = {}): Promise<FakeZendesk> {
  const contract = await loadVendorContract('zendesk.json', { unlisted: isUnlisted });
  const violations: string[] = [];
  const store = createZendeskStore();
  const refusals = createRefusals();
  const route = createRoutes(store, options, refusals);
  const authorization = `Basic ${Buffer.from(`${ownEmail}/token:${token}`).toString('base64')}`;

  const server = await startFakeServer((request) => {
    const reply = request.headers.authorization === authorization ? route(request) : unauthorised;
    violations.push(...contract.check(request, reply), ...beyondContract(request));
    return reply;
  });
  return { ...server, ...store, refusals, secret: JSON.stringify({ email: ownEmail, token }), violations };
}

function createRoutes(
  store: ZendeskStore,
  options: FakeZendeskOptions,
  refusals: Refusals,
): (request: Received) => Reply {
  const { agents = [], userFields = [], searchLags = false, role = 'agent', commentsPerPage = 100 } = options;
  const { users, tickets } = store;
  /** What was answered under an idempotency key. */
  const remembered = new Map<string, { readonly text: string; readonly reply: Reply }>();

  return (request) => {
    const { method, path } = request;
    const [type, id, part] = path.replace('/api/v2/', '').split('/');
    if (type === 'user_fields') return ok({ user_fields: userFields.map((key, at) => ({ id: at + 1, key })) });
    if (type === 'users') return id === undefined ? createUser(request) : userRoute(request, id);
    if (type === 'uploads') return upload(request);
    if (type !== 'tickets') return notFound;
    if (id === undefined) return method === 'POST' ? createTicketOnce(request) : ticketsWith(request);
    const ticket = tickets.get(Number(id));
    if (ticket === undefined) return notFound;
    if (path.endsWith('/redact')) return redact(request, ticket);
    if (part === 'comments') return comments(request, ticket);
    if (method === 'PUT') return updateTicket(request, ticket);
    if (method === 'GET') return ok({ ticket: withoutComments(ticket) });
    tickets.delete(ticket.id);
    return { status: 204 };
  };

  function userRoute(request: Received, id: string): Reply {
    const { method, query, body } = request;
    if (id === 'me') return ok({ user: { id: 1, name: 'Forwarder', role } });
    if (id === 'show_many') {
      const found = agents.filter((agent) => query.get('ids')?.split(',').includes(agent));
      return ok({ users: found.map((agent) => ({ id: Number(agent), name: 'Agent', role: 'agent' })) });
    }
    if (id === 'search') return ok({ users: searchLags ? [] : pageOf(searchUsers(query), query) });
    if (id === 'create_or_update') {
      const found = store.userByAddress(Object(body).user?.email);
      if (found === undefined) return createUser(request);
      store.changeUser(found, Object(body).user);
      return ok({ user: found });
    }
    const user = users.get(Number(id));
    if (user === undefined) return notFound;
    if (method === 'PUT') {
      const other = store.userByAddress(Object(body).user?.email);
      if (other !== undefined && other !== user) return taken(Object(body).user.email);
      const refused = refusedValue(Object(body).user ?? {}, user.id);
      if (refused !== undefined) return refused;
      store.changeUser(user, withoutDeleted(Object(body).user));
    }
    return ok({ user });
  }

  /** By parts of words, as searches do. */
  function searchUsers(query: URLSearchParams): readonly StoredUser[] {
    const externalId = query.get('external_id');
    const active = users.list((user) => user['active'] === true);
    if (externalId !== null) return active.filter((user) => user['external_id'] === externalId);
    const { field = '', value = '' } = /^(?<field>\w+):"(?<value>[^"]*)"$/.exec(query.get('query') ?? '')?.groups ?? {};
    const textOf = (user: StoredUser) => String(user[field] ?? Object(user['user_fields'])[field] ?? '');
    return active.filter((user) => textOf(user).toLowerCase().includes(value.toLowerCase()));
  }

  function createUser({ body }: Received): Reply {
    const { user = {} } = Object(body);
    if (!user.name) return invalid({ name: { description: 'Name: is too short (minimum is 1 characters)' } });
    if (store.userByAddress(user.email) !== undefined) return taken(user.email);
    return refusedValue(user) ?? { status: 201, body: { user: users.add(withoutDeleted(user)) } };
  }

  /** Zendesk ignores custom fields that it does not have. */
  function withoutDeleted(user: Readonly<Record<string, unknown>>) {
    const custom = Object.entries(Object(user['user_fields']));
    return { ...user, user_fields: Object.fromEntries(custom.filter(([key]) => !refusals.deletedFields.has(key))) };
  }

  function refusedValue(user: Readonly<Record<string, unknown>>, self?: number): Reply | undefined {
    const { email, phone, user_fields: custom } = user;
    if (typeof email === 'string' && email.endsWith('.invalid')) {
      return invalid({ email: { description: `Email: ${email} is not properly formatted`, error: 'InvalidFormat' } });
    }
    const option = Object.keys(Object(custom)).find((key) => refusals.dropdowns.has(key));
    if (option !== undefined) return invalid({ [option]: { description: 'is invalid', error: 'InvalidValue' } });
    const hasPhone = (other: StoredUser) => other.id !== self && other['phone'] === phone;
    return refusals.keepsPhonesUnique && typeof phone === 'string' && users.find(hasPhone) !== undefined
      ? invalid({ phone: { description: `Phone: ${phone} is already being used`, error: 'DuplicateValue' } })
      : undefined;
  }

  function createTicketOnce(request: Received): Reply {
    const key = String(request.headers['idempotency-key']);
    const before = remembered.get(key);
    if (before !== undefined && before.text === request.text) return before.reply;
    if (before !== undefined) {
      const description = "Request parameters don't match the given idempotency key";
      return { status: 400, body: { error: 'IdempotentRequestError', description } };
    }
    const reply = createTicket(request);
    if (reply.status === 201) remembered.set(key, { text: request.text, reply });
    return reply;
  }

  function createTicket({ body }: Received): Reply {
    const { ticket = {} } = Object(body);
    const { requester_id: requester, status, assignee_id: assignee, assignee_email: email } = ticket;
    if (users.get(requester)?.['active'] !== true)
      return invalid({ requester: { description: 'Requester: is invalid' } });
    if (refusals.suspended.has(String(requester))) {
      const description = `Requester: ${users.get(requester)?.['name']} is suspended.`;
      return invalid({ requester: { description, error: 'UserSuspended' } });
    }
    if (refusals.goneUsers.has(String(assignee))) {
      return invalid({ assignee: { description: 'Assignee: is invalid', error: 'InvalidValue' } });
    }
    if (status === 'solved' && assignee === undefined && email === undefined) {
      return invalid({ base: { description: 'Assignee: is required when solving a ticket' } });
    }
    if (isTooLong(ticket.comment)) return tooLong;
    return { status: 201, body: { ticket: withoutComments(tickets.add(ticket)) } };
  }

  function updateTicket({ body }: Received, found: StoredTicket): Reply {
    const { comment, ...changes } = Object(body).ticket ?? {};
    if (found.status === 'closed') return invalid({ status: { description: 'Status: closed prevents ticket update' } });
    if (isTooLong(comment)) return tooLong;
    Object.assign(found, changes);
    store.addComment(found, comment);
    return ok({ ticket: withoutComments(found), audit: {} });
  }

  /** https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/ */
  function upload({ query, bytes }: Received): Reply {
    const token = `token-${store.uploads.size}`;
    store.uploads.set(token, { file_name: query.get('filename') ?? '', size: bytes.length });
    return { status: 201, body: { upload: { token } } };
  }

  function redact({ path }: Received, { comments: all }: StoredTicket): Reply {
    const [, comment, attachment] = /\/comments\/(\d+)\/attachments\/(\d+)\/redact$/.exec(path) ?? [];
    const found = all.find(({ id }) => String(id) === comment)?.attachments.find(({ id }) => String(id) === attachment);
    if (found === undefined) return notFound;
    found.file_name = 'redacted.txt';
    return ok({ attachment: found });
  }

  function ticketsWith({ query }: Received): Reply {
    const found = tickets.list((ticket) => ticket['external_id'] === query.get('external_id'));
    return ok({ tickets: found.map(withoutComments) });
  }

  function comments({ query }: Received, ticket: StoredTicket): Reply {
    const from = Number(query.get('page[after]') ?? 0);
    const page = ticket.comments.slice(from, from + commentsPerPage);
    const has_more = from + page.length < ticket.comments.length;
    return ok({ comments: page, meta: { has_more, after_cursor: has_more ? String(from + page.length) : null } });
  }
}

/** A search gives 100 at a time. */
const pageOf = <Item>(found: readonly Item[], query: URLSearchParams) =>
  found.slice(100 * (Number(query.get('page') ?? 1) - 1), 100 * Number(query.get('page') ?? 1));

const ok = (body: unknown): Reply => ({ status: 200, body });
const withoutComments = ({ comments: _, ...ticket }: StoredTicket) => ticket;
const isTooLong = (comment: unknown) => Buffer.byteLength(String(Object(comment).html_body)) > maxCommentLength;
const tooLong = invalid({ comment: { description: 'Comment: is too long' } });
const taken = (email: string) =>
  invalid({ email: { description: `Email: ${email} is already being used by another user`, error: 'DuplicateValue' } });
