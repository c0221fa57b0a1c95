import { createIds, RecordTable } from './record-table.ts';

export type StoredRecord = { readonly id: string; readonly createdAt: Date; readonly values: Record<string, unknown> };
export type Module = 'Contacts' | 'Notes' | 'Tasks';
export type ZohoStore = ReturnType<typeof createZohoStore>;

/** Zoho's records in memory, the oldest first. */
export function createZohoStore() {
  const nextId = createIds(1_000_000_000_101, String);
  const createTable = () =>
    new RecordTable<StoredRecord>((values, createdAt) => ({ id: nextId(), createdAt, values: { ...values } }));
  const modules: Readonly<Record<Module, RecordTable<StoredRecord>>> = {
    Contacts: createTable(),
    Notes: createTable(),
    Tasks: createTable(),
  };

  const contactByEmail = (address: unknown) =>
    modules.Contacts.find(
      ({ values }) =>
        typeof address === 'string' && String(values['Email'] ?? '').toLowerCase() === address.toLowerCase(),
    );

  return { modules, contactByEmail };
}

/** All that Zoho tells of a record, null for what is blank. */
export function view({ id, createdAt, values }: StoredRecord, fields: readonly string[]) {
  const all: Readonly<Record<string, unknown>> = { ...values, Created_Time: inDelhi(createdAt) };
  return { ...Object.fromEntries(fields.map((name) => [name, all[name] ?? null])), id };
}

/** In the timezone of the user whose token it is. */
const inDelhi = (at: Date) => `${new Date(at.getTime() + 5.5 * 60 * 60 * 1000).toISOString().slice(0, 19)}+05:30`;
