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
