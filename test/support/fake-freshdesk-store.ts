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
  const contacts = new Map<number, StoredContact>();
  const tickets = new Map<number, StoredTicket>();
  let lastId = 82_000_000_101;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };

  function addContact(properties: Readonly<Record<string, unknown>>, createdAt = new Date()): StoredContact {
    const created_at = createdAt.toISOString();
    const nothing = { name: '', email: null, phone: null, mobile: null, job_title: null, unique_external_id: null };
    const contact = { ...nothing, custom_fields: {}, ...properties, created_at, updated_at: created_at, id: nextId() };
    contacts.set(contact.id, contact);
    return contact;
  }

  function changeContact(contact: StoredContact, properties: Readonly<Record<string, unknown>>): void {
    const custom_fields = { ...Object(contact['custom_fields']), ...Object(properties['custom_fields']) };
    Object.assign(contact, properties, { custom_fields });
  }

  /** Over all contacts, deleted ones too. */
  function ownerOf(field: 'email' | 'phone' | 'unique_external_id', value: unknown): StoredContact | undefined {
    if (typeof value !== 'string') return undefined;
    const others = ({ other_emails: more }: StoredContact) => (field === 'email' && Array.isArray(more) ? more : []);
    return [...contacts.values()].find((contact) =>
      [contact[field], ...others(contact)].some((text) => String(text ?? '').toLowerCase() === value.toLowerCase()),
    );
  }

  function addTicket(properties: Readonly<Record<string, unknown>>, createdAt = new Date()): StoredTicket {
    const at = createdAt.toISOString();
    const html = asStored(properties['description']);
    const text = { description: html, description_text: textOf(html) };
    const ticket = { ...properties, ...text, created_at: at, updated_at: at, id: nextId(), notes: [] };
    tickets.set(ticket.id, ticket);
    return ticket;
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

  return { contacts, tickets, addContact, changeContact, ownerOf, addTicket, addNote };
}

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
