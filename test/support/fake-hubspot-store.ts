import { createFakeFiles, fileIn, type StoredFile } from './fake-files.ts';
import type { Received, Reply } from './fake-server.ts';
import { createIds, RecordTable } from './record-table.ts';

export type ObjectType = 'contacts' | 'notes' | 'tasks' | 'tickets';

export type StoredObject = {
  readonly id: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly properties: Record<string, string>;
  /** Whose it is; empty for a contact. */
  readonly contactIds: readonly string[];
  archived?: boolean;
};

type Values = Readonly<Record<string, string>>;
type Sent = { readonly properties: Values; readonly contactIds?: readonly string[] };
export type HubspotStore = ReturnType<typeof createHubspotStore>;

/** HubSpot's objects in memory. */
export function createHubspotStore() {
  const nextId = createIds(102, String);
  const createTable = () =>
    new RecordTable<StoredObject, Sent>(({ properties, contactIds = [] }, at) => {
      const createdAt = at.toISOString();
      return { id: nextId(), createdAt, updatedAt: createdAt, properties: asStored(properties), contactIds };
    });
  const objects: Readonly<Record<ObjectType, RecordTable<StoredObject, Sent>>> = {
    contacts: createTable(),
    notes: createTable(),
    tasks: createTable(),
    tickets: createTable(),
  };
  const { contacts, notes } = objects;

  function change(object: StoredObject, properties: Values): void {
    Object.assign(object.properties, asStored(properties));
    object.updatedAt = new Date().toISOString();
  }

  const isAt = (address: string) => (text: string | undefined) => text?.toLowerCase() === address.toLowerCase();

  /** As `idProperty=email` finds it. */
  const contactByEmail = (address: string) =>
    contacts.find((one) => one.archived !== true && isAt(address)(one.properties['email']));

  /** As the check for duplicates finds it: by any address that the contact ever had. */
  const contactByAnyEmail = (address: string) =>
    contactByEmail(address) ??
    contacts.find(({ properties: { hs_additional_emails: others = '' } }) => others.split(';').some(isAt(address)));

  /** A page of the ids of what is on a contact. */
  function idsOn(contactId: string, type: ObjectType, perPage: number, after: string | null) {
    const ids = objects[type].list((each) => each.contactIds.includes(contactId)).map(({ id }) => id);
    const from = after === null ? 0 : ids.indexOf(after) + 1;
    const page = ids.slice(from, from + perPage);
    const last = page.at(-1);
    const more = last !== undefined && from + page.length < ids.length;
    return {
      ids: page,
      paging: more ? { paging: { next: { after: last, link: `https://api.hubapi.com/?after=${last}` } } } : {},
    };
  }

  return {
    objects,
    contacts,
    notes,
    addContact: (properties: Values, createdAt?: Date) => contacts.add({ properties }, createdAt),
    change,
    contactByEmail,
    contactByAnyEmail,
    idsOn,
    view,
  };
}

/** An object as HubSpot answers it: the asked properties, null where there is none, and its own. */
function view({ id, createdAt, updatedAt, properties, archived = false }: StoredObject, asked: readonly string[]) {
  const all: Values = { ...properties, ...calculated(properties) };
  const known = Object.fromEntries(asked.map((name) => [name, all[name] ?? null]));
  const own = { hs_object_id: id, hs_createdate: createdAt, hs_lastmodifieddate: updatedAt };
  return { id, properties: { ...known, ...own }, createdAt, updatedAt, archived };
}

/** HubSpot's own readings of phone numbers, of which the tests' are all Czech. */
export function calculated({ phone = '', mobilephone = '' }: Values): Values {
  const reading = (typed: string, kind: string) => {
    const digits = typed.replace(/\D/g, '').replace(/^420/, '');
    return digits === ''
      ? {}
      : {
          [`hs_calculated_${kind}_number`]: `+420${digits}`,
          [`hs_searchable_calculated_${kind}_number`]: digits,
        };
  };
  return { ...reading(phone, 'phone'), ...reading(mobilephone, 'mobile') };
}

/** HubSpot wraps HTML in its editor's block and drops tags that it does not know; and keeps addresses in small letters. */
function asStored(properties: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      if (name === 'email') return [name, value.toLowerCase()];
      if (name !== 'hs_note_body' && name !== 'hs_task_body') return [name, value];
      const kept = value.replace(/<\/?bdi>/g, '').replace(/<!--.*?-->/gs, '');
      return [name, `<div style="" dir="auto" data-top-level="true">${kept}</div>`];
    }),
  );
}

export type HubspotFiles = ReturnType<typeof createHubspotFiles>;

/** https://developers.hubspot.com/docs/api-reference/2026-03/files/guide: in folders, of which notes name some by id. */
export function createHubspotFiles({ objects: { notes } }: HubspotStore) {
  const files = createFakeFiles();

  function upload({ form }: Received): Reply {
    const file = fileIn(form, 'file');
    const folder = form?.get('folderPath');
    const { access, overwrite } = JSON.parse(String(form?.get('options')));
    if (file === undefined || typeof folder !== 'string' || access !== 'PRIVATE') return { status: 400, body: {} };
    const name = String(form?.get('fileName') ?? file.name);
    // The old file is deleted, and the new one has another id.
    const isOld = (other: StoredFile) => other.on === folder && other.name === name;
    if (overwrite === true) for (const { id } of files.list(isOld)) files.delete(id);
    return { status: 201, body: fileView(files.add({ ...file, name, on: folder })) };
  }

  return {
    files,
    /** Those that a note names, with the note's contact. */
    attached: () =>
      notes.list().flatMap(({ properties, contactIds: [contactId = ''] }) =>
        (properties['hs_attachment_ids'] ?? '').split(';').flatMap((id) => {
          const file = files.get(id);
          return file === undefined ? [] : [{ name: file.name, size: file.size, contactId }];
        }),
      ),
    route: (request: Received): Reply => {
      const [, , , , id = '', deletion] = request.path.split('/');
      if (request.method === 'POST') return upload(request);
      const file = files.get(id);
      if (file === undefined) return { status: 404, body: { status: 'error', message: 'No file' } };
      if (deletion !== 'gdpr-delete') return { status: 200, body: fileView(file) };
      files.delete(id);
      return { status: 204 };
    },
  };
}

const fileView = ({ id, name }: { readonly id: string; readonly name: string }) => ({ id, name, archived: false });
