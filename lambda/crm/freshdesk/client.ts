import type { AdapterDeps } from '../http/adapter-deps.ts';
import { allPages, hasId, type JsonObject } from '../http/answer.ts';
import { tokenFrom } from '../http/credentials.ts';
import {
  type Contact,
  type Conversation,
  isContact,
  isContacts,
  isConversations,
  isFieldDefinitions,
  isNoteOn,
  isTicket,
  isTicketCreated,
  isTickets,
  refusedIn,
  type Ticket,
  takenBy,
} from './answers.ts';

const perPage = 100;

export type FreshdeskClient = ReturnType<typeof createFreshdeskClient>;

/** https://developers.freshdesk.com/api/. The key is the user name, with any password. A 429 has `Retry-After`. */
export function createFreshdeskClient(baseUrl: string, { http, secret }: Pick<AdapterDeps, 'http' | 'secret'>) {
  const call = http.api({
    vendor: 'Freshdesk',
    baseUrl,
    refusedIn,
    headers: async () => {
      const key = tokenFrom(await secret(), 'Freshdesk');
      return { authorization: `Basic ${Buffer.from(`${key}:X`).toString('base64')}` };
    },
  });
  const contacts = ['api', 'v2', 'contacts'];
  const tickets = ['api', 'v2', 'tickets'];

  /** A deleted contact is returned, marked as deleted. */
  async function readContact(id: string): Promise<Contact | undefined> {
    const answer = await call({
      operation: 'read the contact',
      method: 'GET',
      path: [...contacts, id],
      expected: [404],
    });
    return answer.status === 404 ? undefined : answer.as(isContact);
  }

  /** Exact matches from the records, without blocked or deleted contacts. */
  async function findContacts(by: 'email' | 'phone' | 'mobile' | 'unique_external_id', value: string) {
    const query = { [by]: value };
    const answer = await call({ operation: 'find the contact', method: 'GET', path: contacts, query });
    return answer.as(isContacts);
  }

  /** @returns the new contact, or the id of the contact or agent with the same unique value */
  async function createContact(contact: JsonObject): Promise<Contact | { readonly takenBy: string }> {
    const answer = await call({
      operation: 'create the contact',
      method: 'POST',
      path: contacts,
      body: contact,
      expected: ({ status, body }) => status === 409 && takenBy(body) !== undefined,
    });
    return answer.status === 409 ? { takenBy: String(takenBy(answer.body)) } : answer.as(isContact);
  }

  /** @returns false if another contact has one of the unique values */
  async function updateContact(id: number, contact: JsonObject): Promise<boolean> {
    const answer = await call({
      operation: 'update the contact',
      method: 'PUT',
      path: [...contacts, String(id)],
      body: contact,
      expected: ({ status, body }) => status === 409 && takenBy(body) !== undefined,
    });
    if (answer.status === 409) return false;
    answer.as(hasId(id));
    return true;
  }

  async function restoreContact(id: number): Promise<void> {
    const path = [...contacts, String(id), 'restore'];
    await call({ operation: 'restore the contact', method: 'PUT', path, answer: 'nothing' });
  }

  async function createTicket(ticket: JsonObject): Promise<string> {
    const answer = await call({ operation: 'create the ticket', method: 'POST', path: tickets, body: ticket });
    return String(answer.as(isTicketCreated).id);
  }

  /** Undefined if it is gone, deleted or spam. */
  async function readTicket(id: string): Promise<Ticket | undefined> {
    const ticket = await readAnyTicket(id);
    return ticket?.['deleted'] === true || ticket?.['spam'] === true ? undefined : ticket;
  }

  /** A ticket in spam still exists. */
  async function hasTicket(id: string): Promise<boolean> {
    const ticket = await readAnyTicket(id);
    return ticket !== undefined && ticket['deleted'] !== true;
  }

  async function readAnyTicket(id: string): Promise<Ticket | undefined> {
    const answer = await call({ operation: 'read the ticket', method: 'GET', path: [...tickets, id], expected: [404] });
    return answer.status === 404 ? undefined : answer.as(isTicket);
  }

  async function updateTicket(id: string, ticket: JsonObject): Promise<void> {
    const path = [...tickets, id];
    (await call({ operation: 'update the ticket', method: 'PUT', path, body: ticket })).as(hasId(id));
  }

  async function createNote(ticketId: string, html: string): Promise<void> {
    const path = [...tickets, ticketId, 'notes'];
    const body = { body: html, private: true };
    (await call({ operation: 'add the note', method: 'POST', path, body })).as(isNoteOn(ticketId));
  }

  const conversationsOf = (ticketId: string): Promise<readonly Conversation[]> =>
    allPages<Conversation, number>(async (page = 1) => {
      const path = [...tickets, ticketId, 'conversations'];
      const query = { per_page: String(perPage), page: String(page) };
      const answer = await call({ operation: "list the ticket's notes", method: 'GET', path, query });
      return pageWith(answer.as(isConversations), page);
    });

  /**
   * Reads the records, because the search lags. Without `since` Freshdesk lists only the last 30 days
   * (https://developers.freshdesk.com/api/#list_all_tickets).
   */
  const ticketsOf = (requesterId: string, since: Date): Promise<readonly Ticket[]> =>
    allPages<Ticket, number>(async (page = 1) => {
      const query = {
        requester_id: requesterId,
        updated_since: since.toISOString(),
        include: 'description',
        per_page: String(perPage),
        page: String(page),
      };
      const answer = await call({ operation: "list the requester's tickets", method: 'GET', path: tickets, query });
      return pageWith(answer.as(isTickets), page);
    });

  /** Moves it to the bin; succeeds if it is already there (405) or gone (404). */
  async function deleteTicket(id: string): Promise<void> {
    const path = [...tickets, id];
    await call({ operation: 'delete the ticket', method: 'DELETE', path, expected: [404, 405], answer: 'nothing' });
  }

  async function readMe(): Promise<void> {
    (await call({ operation: 'tell whose key it is', method: 'GET', path: ['api', 'v2', 'agents', 'me'] })).as(
      isContact,
    );
  }

  /** Also true if the key may not read agents. */
  async function hasAgent(id: string): Promise<boolean> {
    const path = ['api', 'v2', 'agents', id];
    const answer = await call({ operation: 'read the agent', method: 'GET', path, expected: [403, 404] });
    return answer.status !== 404;
  }

  async function fieldsOf(what: 'contact' | 'ticket') {
    const path = ['api', 'v2', `${what}_fields`];
    const answer = await call({ operation: `list the ${what} fields`, method: 'GET', path });
    return answer.as(isFieldDefinitions);
  }

  return {
    call,
    readContact,
    findContacts,
    createContact,
    updateContact,
    restoreContact,
    createTicket,
    readTicket,
    updateTicket,
    createNote,
    conversationsOf,
    ticketsOf,
    deleteTicket,
    hasTicket,
    readMe,
    hasAgent,
    fieldsOf,
  };
}

const pageWith = <Item>(items: readonly Item[], page: number) => ({
  items,
  next: items.length < perPage ? undefined : page + 1,
});
