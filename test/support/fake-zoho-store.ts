import { createFakeFiles, fileIn } from './fake-files.ts';
import type { Received, Reply } from './fake-server.ts';
import { failure, refuse, results, success } from './fake-zoho-rules.ts';
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

export type ZohoFiles = ReturnType<typeof createZohoFiles>;

const now = { createdAt: new Date(), values: {} };

/** https://www.zoho.com/crm/developer/docs/api/v8/upload-attachment.html: on a record. */
export function createZohoFiles() {
  const files = createFakeFiles(4_800_000_000_001);
  return {
    files,
    route: ({ method, form }: Received, record: string, id: string | undefined): Reply => {
      if (method === 'POST') {
        const file = fileIn(form, 'file');
        if (file === undefined)
          return refuse(400, 'REQUIRED_PARAM_MISSING', 'One of the expected parameter is missing');
        return results(
          [success({ ...files.add({ ...file, on: record }), ...now }, 'attachment uploaded successfully')],
          200,
        );
      }
      if (method === 'GET') {
        const data = files
          .list(({ on }) => on === record)
          .map((file) => ({ id: file.id, File_Name: file.name }))
          .toReversed();
        return data.length === 0 ? { status: 204 } : { status: 200, body: { data, info: { more_records: false } } };
      }
      const isThere = id !== undefined && files.get(id)?.on === record && files.delete(id);
      const gone = failure('INVALID_DATA', 'the id given seems to be invalid', {});
      return results([isThere ? success({ id, ...now }, 'record deleted') : gone], isThere ? 200 : 400);
    },
  };
}
