export type StoredRecord = { readonly id: string; readonly createdAt: Date; readonly values: Record<string, unknown> };
export type Module = 'Contacts' | 'Notes' | 'Tasks';
export type ZohoStore = ReturnType<typeof createZohoStore>;

/** Zoho's records in memory, the oldest first. */
export function createZohoStore() {
  const modules: Readonly<Record<Module, Map<string, StoredRecord>>> = {
    Contacts: new Map(),
    Notes: new Map(),
    Tasks: new Map(),
  };
  let lastId = 1_000_000_000_100;

  function add(module: Module, values: Readonly<Record<string, unknown>>, createdAt = new Date()): StoredRecord {
    lastId += 1;
    const record = { id: String(lastId), createdAt, values: { ...values } };
    modules[module].set(record.id, record);
    return record;
  }

  const contactByEmail = (address: unknown) =>
    [...modules.Contacts.values()].find(
      ({ values }) =>
        typeof address === 'string' && String(values['Email'] ?? '').toLowerCase() === address.toLowerCase(),
    );

  return { modules, add, contactByEmail };
}

/** All that Zoho tells of a record, null for what is blank. */
export function view({ id, createdAt, values }: StoredRecord, fields: readonly string[]) {
  const all: Readonly<Record<string, unknown>> = { ...values, Created_Time: inDelhi(createdAt) };
  return { ...Object.fromEntries(fields.map((name) => [name, all[name] ?? null])), id };
}

/** In the timezone of the user whose token it is. */
const inDelhi = (at: Date) => `${new Date(at.getTime() + 5.5 * 60 * 60 * 1000).toISOString().slice(0, 19)}+05:30`;
