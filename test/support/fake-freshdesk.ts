import { fileIn } from './fake-files.ts';
import {
  beyondContract,
  createFreshdeskStore,
  type FreshdeskStore,
  maxHtmlLength,
  missing,
  notFound,
  refuse,
  type StoredContact,
  type StoredTicket,
  unauthorised,
} from './fake-freshdesk-store.ts';
import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import { createRefusals, type Refusals } from './refusals.ts';

export type FakeFreshdesk = FakeServer &
  FreshdeskStore & {
    readonly key: string;
    readonly refusals: Refusals;
    /** What Freshdesk would not have been asked, in words. */
    readonly violations: readonly string[];
  };

export type FakeFreshdeskOptions = {
  /** Agents' ids. */
  readonly agents?: readonly string[];
  /** Names of the custom contact fields. */
  readonly contactFields?: readonly string[];
  /** Ticket fields that agents must fill. */
  readonly requiredTicketFields?: readonly string[];
  /** An agent's address and id: no contact may have it. */
  readonly agentAddress?: { readonly email: string; readonly id: number };
};

/** Freshdesk's API v2, as far as it is documented or has been reported: contacts and tickets in memory. */
export async function startFakeFreshdesk(options: FakeFreshdeskOptions = {}): Promise<FakeFreshdesk> {
  const key = 'aQ7xTz9kLmN2pRs4';
  const violations: string[] = [];
  const store = createFreshdeskStore();
  const refusals = createRefusals();
  const route = createRoutes(store, options, refusals);
  const authorization = `Basic ${Buffer.from(`${key}:X`).toString('base64')}`;

  const server = await startFakeServer((request) => {
    violations.push(...beyondContract(request));
    return request.headers.authorization === authorization ? route(request) : unauthorised;
  });
  return { ...server, ...store, key, refusals, violations };
}

function createRoutes(
  store: FreshdeskStore,
  options: FakeFreshdeskOptions,
  refusals: Refusals,
): (request: Received) => Reply {
  const { agents = [], contactFields = [], requiredTicketFields = [], agentAddress } = options;
  const { contacts, tickets } = store;

  return (request) => {
    const { method, path } = request;
    const [type, id, part] = path.replace('/api/v2/', '').split('/');
    if (type === 'agents') return id === 'me' || agents.includes(id ?? '') ? ok({ id: Number(id) || 1 }) : notFound;
    if (type === 'contact_fields') return ok(contactFields.map((name) => ({ name })));
    if (type === 'ticket_fields') {
      const standard = ['requester', 'subject', 'status', 'priority', 'description'];
      return ok([...standard, ...requiredTicketFields].map((name) => ({ name, required_for_agents: true })));
    }
    if (type === 'contacts') {
      if (id === undefined) return method === 'POST' ? createContact(request) : ok(findContacts(request).map(asListed));
      return contact(request, contacts.get(Number(id)), part);
    }
    if (type === 'attachments') return deleteFile(Number(id));
    if (type !== 'tickets') return notFound;
    if (id === undefined) return method === 'POST' ? createTicket(request) : ok(listTickets(request));
    return ticket(request, tickets.get(Number(id)), part);
  };

  function findContacts({ query }: Received): readonly StoredContact[] {
    const filters = [...query];
    return contacts.list(
      (found) =>
        found['deleted'] !== true &&
        filters.every(([name, value]) => String(found[name] ?? '').toLowerCase() === value.toLowerCase()),
    );
  }

  function createContact({ body }: Received): Reply {
    const sent = Object(body);
    if (!sent.name) return missing('name');
    const isKnown = [sent.email, sent.phone, sent.mobile, sent.twitter_id, sent.unique_external_id].some(Boolean);
    if (!isKnown) return missing('email');
    return refusedValue(sent) ?? duplicate(sent) ?? { status: 201, body: contacts.add(sent) };
  }

  function refusedValue({ email, custom_fields: custom, ...sent }: Readonly<Record<string, unknown>>) {
    if (typeof email === 'string' && email.endsWith('.invalid')) return badEmail;
    const names = Object.keys({ ...sent, ...Object(custom) });
    const unknown = names.find((name) => refusals.deletedFields.has(name));
    const message = 'Unexpected/invalid field in request';
    if (unknown !== undefined) return refuse(400, { field: unknown, message, code: 'invalid_field' });
    const option = names.find((name) => refusals.dropdowns.has(name));
    const values = "It should be one of these values: 'basic,pro'";
    return option === undefined ? undefined : refuse(400, { field: option, message: values, code: 'invalid_value' });
  }

  function duplicate(sent: Readonly<Record<string, unknown>>, self?: StoredContact): Reply | undefined {
    const isAgents = agentAddress !== undefined && sent['email'] === agentAddress.email;
    const unique = [
      'email',
      'unique_external_id',
      ...(refusals.keepsPhonesUnique ? (['phone'] as const) : []),
    ] as const;
    for (const field of unique) {
      const id = field === 'email' && isAgents ? agentAddress.id : store.ownerOf(field, sent[field])?.id;
      if (id === undefined || id === self?.id) continue;
      const message = 'It should be a unique value';
      return refuse(409, { field, additional_info: { user_id: id }, message, code: 'duplicate_value' });
    }
    return undefined;
  }

  function contact({ method, body }: Received, found: StoredContact | undefined, part: string | undefined): Reply {
    if (found === undefined) return notFound;
    if (part === 'restore') {
      found['deleted'] = false;
      return { status: 204 };
    }
    if (method === 'GET') return ok(found);
    if (found['deleted'] === true) return { status: 405 };
    const refusal = refusedValue(Object(body)) ?? duplicate(Object(body), found);
    if (refusal !== undefined) return refusal;
    store.changeContact(found, Object(body));
    return ok(found);
  }

  function createTicket({ body }: Received): Reply {
    const sent = Object(body);
    const requester = contacts.get(sent.requester_id);
    if (requester === undefined && sent.requester_id !== agentAddress?.id) {
      const message = 'There is no contact matching the given requester_id';
      return refuse(400, { field: 'requester_id', message, code: 'invalid_value' });
    }
    if (refusals.goneUsers.has(String(sent.responder_id))) {
      const message = 'There is no agent matching the given responder_id';
      return refuse(400, { field: 'responder_id', message, code: 'invalid_value' });
    }
    for (const field of ['subject', 'description', 'status', 'priority']) if (!sent[field]) return missing(field);
    if (isTooLong(sent.description)) return tooLong('description');
    return { status: 201, body: view(tickets.add(sent)) };
  }

  /** https://developers.freshdesk.com/api/#add_note_to_a_ticket, with a file. */
  function addFile(form: FormData, found: StoredTicket): Reply {
    const file = fileIn(form, 'attachments[]');
    const body = form.get('body');
    if (file === undefined || typeof body !== 'string') return missing('attachments');
    return { status: 201, body: store.addNote(found, { body, private: form.get('private') === 'true', file }) };
  }

  function deleteFile(id: number): Reply {
    for (const { attachments } of tickets.list().flatMap(({ notes }) => notes)) {
      const at = attachments.findIndex((file) => file.id === id);
      if (at >= 0) attachments.splice(at, 1);
      if (at >= 0) return { status: 204 };
    }
    return notFound;
  }

  function listTickets({ query }: Received): readonly object[] {
    const page = Number(query.get('page') ?? 1);
    const perPage = Number(query.get('per_page') ?? 30);
    const found = tickets.list(
      (each) =>
        String(each['requester_id']) === query.get('requester_id') &&
        each['deleted'] !== true &&
        String(each['updated_at']) >= (query.get('updated_since') ?? ''),
    );
    const newestFirst = found
      .toReversed()
      .slice((page - 1) * perPage, page * perPage)
      .map(view);
    if (query.get('include') === 'description') return newestFirst;
    return newestFirst.map(({ description: _, description_text: __, ...others }) => others);
  }

  function ticket(request: Received, found: StoredTicket | undefined, part: string | undefined): Reply {
    const { method, body, query } = request;
    if (found === undefined) return notFound;
    if (method === 'GET' && part === undefined) return ok(view(found));
    if (found['deleted'] === true) return { status: 405 };
    if (part === 'conversations') {
      const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 30)];
      return ok(found.notes.slice((page - 1) * perPage, page * perPage));
    }
    if (part === 'notes' && request.form !== undefined) return addFile(request.form, found);
    if (part === 'notes') {
      return isTooLong(Object(body).body) ? tooLong('body') : { status: 201, body: store.addNote(found, Object(body)) };
    }
    if (method === 'DELETE') {
      found['deleted'] = true;
      return { status: 204 };
    }
    Object.assign(found, body);
    return ok(view(found));
  }
}

/** Whether lists tell of it is not documented. */
const asListed = ({ unique_external_id: _, ...contact }: StoredContact) => contact;

const badEmail = refuse(400, {
  field: 'email',
  message: 'It should be in the valid email address format',
  code: 'invalid_value',
});
const ok = (body: unknown): Reply => ({ status: 200, body });
const view = ({ notes: _, ...ticket }: StoredTicket): Record<string, unknown> => ticket;
const isTooLong = (html: unknown) => Buffer.byteLength(String(html)) > maxHtmlLength;
const tooLong = (field: string) => refuse(400, { field, message: 'It is too long', code: 'invalid_value' });
