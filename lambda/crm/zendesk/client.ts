import { createHash } from 'node:crypto';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { type Answer, allPages, hasId, isHolding, isRecord, type JsonObject } from '../http/answer.ts';
import { fieldsFrom } from '../http/credentials.ts';
import { CrmError } from '../port/errors.ts';
import {
  type Comment,
  isAddressTaken,
  isClosed,
  isCommentsAnswer,
  isSuspended,
  isTicketAnswer,
  isTicketsAnswer,
  isUserAnswer,
  isUserFieldsAnswer,
  isUsersAnswer,
  refusedIn,
  type Ticket,
  type User,
} from './answers.ts';

/** Page size of a search (https://developer.zendesk.com/api-reference/ticketing/users/users/#search-users). */
const usersPerPage = 100;

export type ZendeskClient = ReturnType<typeof createZendeskClient>;

/**
 * https://developer.zendesk.com/api-reference/ticketing/introduction/. A 429 has `Retry-After`
 * (https://developer.zendesk.com/api-reference/introduction/rate-limits/).
 */
export function createZendeskClient(baseUrl: string, { http, secret }: Pick<AdapterDeps, 'http' | 'secret'>) {
  const credentials = async () => fieldsFrom(await secret(), 'Zendesk', ['email', 'token']);
  const call = http.api({
    vendor: 'Zendesk',
    baseUrl,
    headers: async () => {
      const { email, token } = await credentials();
      return { authorization: `Basic ${Buffer.from(`${email}/token:${token}`).toString('base64')}` };
    },
    retryDelay,
    refusedIn,
  });
  const users = ['api', 'v2', 'users'];
  const tickets = ['api', 'v2', 'tickets'];

  /** Undefined if gone. Zendesk still returns a deleted user, as not active. */
  async function readUser(id: string): Promise<User | undefined> {
    const answer = await call({ operation: 'read the user', method: 'GET', path: [...users, id], expected: [404] });
    if (answer.status === 404) return undefined;
    const { user } = answer.as(isUserAnswer);
    return user['active'] === false ? undefined : user;
  }

  /**
   * May lag by minutes (https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/) and matches
   * parts of words, so compare the results.
   */
  const searchUsers = (search: Readonly<Record<string, string>>): Promise<readonly User[]> =>
    allPages<User, number>(async (page = 1) => {
      const query = { ...search, ...(page > 1 && { page: String(page) }) };
      const answer = await call({ operation: 'search the users', method: 'GET', path: [...users, 'search'], query });
      const found = answer.as(isUsersAnswer).users;
      const next = found.length < usersPerPage ? undefined : page + 1;
      return { items: found.filter((user) => user['active'] !== false), next };
    });

  /** Undefined if another user has the address, which Zendesk checks without lag. */
  async function createUser(user: JsonObject): Promise<User | undefined> {
    const operation = 'create the user';
    const answer = await call({ operation, method: 'POST', path: users, body: { user }, expected: addressTaken });
    return answer.status === 422 ? undefined : answer.as(isUserAnswer).user;
  }

  /** Finds by primary or secondary address: "create or update" with an address alone changes and creates nothing. */
  async function userByAddress(email: string): Promise<User> {
    const path = [...users, 'create_or_update'];
    const body = { user: { email, skip_verify_email: true } };
    const answer = await call({ operation: 'find the user by e-mail', method: 'POST', path, body });
    return answer.as(isUserAnswer).user;
  }

  /** @returns false if another user has the address */
  async function updateUser(id: number, user: JsonObject): Promise<boolean> {
    const operation = 'update the user';
    const path = [...users, String(id)];
    const answer = await call({ operation, method: 'PUT', path, body: { user }, expected: addressTaken });
    if (answer.status === 422) return false;
    answer.as(isHolding('user', hasId(id)));
    return true;
  }

  /**
   * Posting a ticket again within 2 hours returns the first
   * (https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency). Another body needs another key,
   * so the key is its digest.
   */
  async function createTicket(ticket: JsonObject): Promise<Ticket> {
    const operation = 'create the ticket';
    const body = JSON.stringify({ ticket });
    const headers = { 'idempotency-key': createHash('sha256').update(body).digest('hex') };
    const answer = await call({ operation, method: 'POST', path: tickets, headers, body, expected: userSuspended });
    if (answer.status === 422) throw suspended();
    return answer.as(isTicketAnswer).ticket;
  }

  /** @returns false if the ticket is gone or closed for good */
  async function updateTicket(id: string, ticket: JsonObject): Promise<boolean> {
    const operation = 'update the ticket';
    const path = [...tickets, id];
    const answer = await call({ operation, method: 'PUT', path, body: { ticket }, expected: goneOrClosed });
    if (answer.status >= 300) return false;
    answer.as(isHolding('ticket', hasId(id)));
    return true;
  }

  /** Reads the records, not the lagging search index. Oldest first. */
  async function ticketsWith(externalId: string): Promise<readonly Ticket[]> {
    const query = { external_id: externalId };
    const answer = await call({ operation: 'find the ticket', method: 'GET', path: tickets, query });
    const found = answer.as(isTicketsAnswer).tickets.filter((ticket) => ticket['external_id'] === externalId);
    return [...found].sort((a, b) => a.id - b.id);
  }

  async function commentsOf(id: string): Promise<readonly Comment[] | undefined> {
    const comments: Comment[] = [];
    let after: string | null = null;
    do {
      const answer: Answer = await call({
        operation: "list the ticket's comments",
        method: 'GET',
        path: [...tickets, id, 'comments'],
        query: { 'page[size]': '100', ...(after !== null && { 'page[after]': after }) },
        expected: [404],
      });
      if (answer.status === 404) return undefined;
      const page = answer.as(isCommentsAnswer);
      comments.push(...page.comments);
      after = page.meta?.has_more ? page.meta.after_cursor : null;
    } while (after !== null);
    return comments;
  }

  /** Succeeds if it is already gone. */
  async function deleteTicket(id: string): Promise<void> {
    const path = [...tickets, id];
    await call({ operation: 'delete the ticket', method: 'DELETE', path, expected: [404], answer: 'nothing' });
  }

  /** The API hides a deleted ticket, but agents can restore it for 30 days. */
  async function hasTicket(id: string): Promise<boolean> {
    const answer = await call({ operation: 'read the ticket', method: 'GET', path: [...tickets, id], expected: [404] });
    return answer.status !== 404 && answer.as(isHolding('ticket', hasId(id))).ticket['status'] !== 'deleted';
  }

  async function readMe(): Promise<User> {
    const path = [...users, 'me'];
    return (await call({ operation: 'tell whose token it is', method: 'GET', path })).as(isUserAnswer).user;
  }

  async function readUsers(ids: readonly string[]): Promise<readonly User[]> {
    const path = [...users, 'show_many'];
    const answer = await call({ operation: 'read the users', method: 'GET', path, query: { ids: ids.join() } });
    return answer.as(isUsersAnswer).users;
  }

  async function userFieldKeys(): Promise<readonly string[]> {
    const path = ['api', 'v2', 'user_fields'];
    const query = { 'page[size]': '100' };
    const answer = await call({ operation: 'list the user fields', method: 'GET', path, query });
    return answer.as(isUserFieldsAnswer).user_fields.map(({ key }) => key);
  }

  return {
    call,
    ownEmail: async () => (await credentials()).email,
    readUser,
    searchUsers,
    createUser,
    userByAddress,
    updateUser,
    createTicket,
    updateTicket,
    ticketsWith,
    commentsOf,
    deleteTicket,
    hasTicket,
    readMe,
    readUsers,
    userFieldKeys,
  };
}

const addressTaken = ({ status, body }: Answer) => status === 422 && isAddressTaken(body);
const userSuspended = ({ status, body }: Answer) => status === 422 && isSuspended(body);
const goneOrClosed = ({ status, body }: Answer) => status === 404 || (status === 422 && isClosed(body));

const suspended = () =>
  new CrmError('This person is suspended in Zendesk, so the chat was not delivered.', { kind: 'suspended' });

/** A database conflict passes in a moment (https://github.com/facetoe/zenpy/issues/58); other 409s are permanent. */
const retryDelay = ({ status, body }: Answer) =>
  status === 409 && isRecord(body) && body['error'] === 'DatabaseConflict' ? 1000 : undefined;
