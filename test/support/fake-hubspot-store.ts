export type StoredObject = {
  readonly id: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly properties: Record<string, string>;
};
export type StoredNote = StoredObject & { readonly contactIds: readonly string[] };
export type HubspotStore = ReturnType<typeof createHubspotStore>;

/** HubSpot's contacts and notes in memory. */
export function createHubspotStore() {
  const contacts = new Map<string, StoredObject>();
  const notes = new Map<string, StoredNote>();
  let lastId = 101;

  function newObject(properties: Readonly<Record<string, string>>, createdAt: string): StoredObject {
    lastId += 1;
    return { id: String(lastId), createdAt, updatedAt: createdAt, properties: { ...properties } };
  }

  function addContact(properties: Readonly<Record<string, string>>): StoredObject {
    const contact = newObject(properties, new Date().toISOString());
    contacts.set(contact.id, contact);
    return contact;
  }

  function addNote(
    properties: Readonly<Record<string, string>>,
    contactIds: readonly string[],
    createdAt = new Date().toISOString(),
  ): StoredNote {
    const note = { ...newObject(asStored(properties), createdAt), contactIds };
    notes.set(note.id, note);
    return note;
  }

  function change(object: StoredObject, properties: Readonly<Record<string, string>>): void {
    Object.assign(object.properties, asStored(properties));
    object.updatedAt = new Date().toISOString();
  }

  const isAt = (address: string) => (text: string | undefined) => text?.toLowerCase() === address.toLowerCase();

  /** As `idProperty=email` finds it. */
  const contactByEmail = (address: string) =>
    [...contacts.values()].find(({ properties }) => isAt(address)(properties['email']));

  /** As the check for duplicates finds it: by any address that the contact ever had. */
  const contactByAnyEmail = (address: string) =>
    contactByEmail(address) ??
    [...contacts.values()].find(({ properties }) => properties['hs_additional_emails']?.split(';').some(isAt(address)));

  /** A page of the ids of a contact's notes. */
  function notesOf(contactId: string, perPage: number, after: string | null) {
    const ids = [...notes.values()].filter((note) => note.contactIds.includes(contactId)).map(({ id }) => id);
    const from = after === null ? 0 : ids.indexOf(after) + 1;
    const page = ids.slice(from, from + perPage);
    const last = page.at(-1);
    const more = last !== undefined && from + page.length < ids.length;
    return {
      ids: page,
      paging: more ? { paging: { next: { after: last, link: `https://api.hubapi.com/?after=${last}` } } } : {},
    };
  }

  return { contacts, notes, addContact, addNote, change, contactByEmail, contactByAnyEmail, notesOf, view };
}

/** An object as HubSpot answers it: the asked properties, null where there is none, and its own. */
function view({ id, createdAt, updatedAt, properties }: StoredObject, asked: readonly string[]) {
  const known = Object.fromEntries(asked.map((name) => [name, properties[name] ?? null]));
  const own = { hs_object_id: id, hs_createdate: createdAt, hs_lastmodifieddate: updatedAt };
  return { id, properties: { ...known, ...own }, createdAt, updatedAt, archived: false };
}

/** HubSpot wraps a note's HTML in its editor's block and drops tags that it does not know. */
function asStored(properties: Readonly<Record<string, string>>): Record<string, string> {
  const body = properties['hs_note_body'];
  if (body === undefined) return { ...properties };
  const kept = body.replace(/<\/?bdi>/g, '').replace(/<!--.*?-->/gs, '');
  return { ...properties, hs_note_body: `<div style="" dir="auto" data-top-level="true">${kept}</div>` };
}
