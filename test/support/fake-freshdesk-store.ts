import type { Received, Reply } from './fake-server.ts';
import { createIds, RecordTable } from './record-table.ts';

export type StoredContact = Record<string, unknown> & { readonly id: number };
export type StoredTicket = Record<string, unknown> & { readonly id: number; readonly notes: StoredNote[] };
type StoredNote = {
  readonly id: number;
  readonly body: string;
  readonly private: boolean;
  readonly attachments: { readonly id: number; readonly name: string; readonly size: number }[];
};
export type FreshdeskStore = ReturnType<typeof createFreshdeskStore>;

/** Freshdesk's contacts and tickets in memory. */
export function createFreshdeskStore() {
  const nextId = createIds(82_000_000_102, Number);
  const contacts = new RecordTable<StoredContact>((properties, createdAt) => {
    const nothing = { name: '', email: null, phone: null, mobile: null, job_title: null, unique_external_id: null };
    return { ...nothing, custom_fields: {}, ...properties, ...timesOf(createdAt), id: nextId() };
  });
  const tickets = new RecordTable<StoredTicket>((properties, createdAt) => {
    const html = asStored(properties['description']);
    const text = { description: html, description_text: textOf(html) };
    return { ...properties, ...text, ...timesOf(createdAt), id: nextId(), notes: [] };
  });

  function changeContact(contact: StoredContact, properties: Readonly<Record<string, unknown>>): void {
    const custom_fields = { ...Object(contact['custom_fields']), ...Object(properties['custom_fields']) };
    Object.assign(contact, properties, { custom_fields });
  }

  /** Over all contacts, deleted ones too. */
  function ownerOf(field: 'email' | 'phone' | 'unique_external_id', value: unknown): StoredContact | undefined {
    if (typeof value !== 'string') return undefined;
    const others = ({ other_emails: more }: StoredContact) => (field === 'email' && Array.isArray(more) ? more : []);
    return contacts.find((contact) =>
      [contact[field], ...others(contact)].some((text) => String(text ?? '').toLowerCase() === value.toLowerCase()),
    );
  }

  function addNote(
    ticket: StoredTicket,
    { body, private: isPrivate, file }: { body?: unknown; private?: unknown; file?: { name: string; size: number } },
  ) {
    const attachments = file === undefined ? [] : [{ id: nextId(), name: file.name, size: file.size }];
    const note = { id: nextId(), ticket_id: ticket.id, body: asStored(body), private: isPrivate === true, attachments };
    ticket.notes.push(note);
    return note;
  }

  return { contacts, tickets, changeContact, ownerOf, addNote };
}

const timesOf = (at: Date) => ({ created_at: at.toISOString(), updated_at: at.toISOString() });

/** Freshdesk drops tags that it does not know. */
const asStored = (html: unknown) => `<div>${String(html).replace(/<\/?bdi>/g, '')}</div>`;

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

const textOf = (html: string) =>
  html
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();

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
