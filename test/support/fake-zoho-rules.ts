import type { Received, Reply } from './fake-server.ts';
import type { Module, StoredRecord } from './fake-zoho-store.ts';

const maxRecords = 100;

/** API names by module: Zoho's own, and one custom field. */
export const fieldsOf: Readonly<Record<Module, readonly string[]>> = {
  Contacts: [
    ...['First_Name', 'Last_Name', 'Email', 'Phone', 'Mobile', 'Mailing_Country', 'Title', 'Owner', 'Created_Time'],
    ...['Customer_Number', 'Description'],
  ],
  Notes: ['Note_Title', 'Note_Content', 'Parent_Id', 'Created_Time'],
  Tasks: ['Subject', 'Due_Date', 'Who_Id', 'Description', 'Owner', 'Status', 'Created_Time'],
};

const longest: Readonly<Record<string, number>> = {
  First_Name: 40,
  Last_Name: 80,
  Email: 100,
  Note_Title: 120,
  Note_Content: 65_535,
  Subject: 255,
  Description: 32_000,
};

export type Input = Readonly<Record<string, unknown>>;
export type Result = {
  readonly code: string;
  readonly status: 'success' | 'error';
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
};

export const success = ({ id, createdAt }: StoredRecord, message: string): Result => {
  const by = { name: 'Patricia Boyle', id: '1000000000001' };
  const times = { Created_Time: createdAt.toISOString(), Modified_Time: createdAt.toISOString() };
  return { code: 'SUCCESS', status: 'success', message, details: { id, ...times, Created_By: by, Modified_By: by } };
};

export const failure = (code: string, message: string, details: Input): Result => ({
  code,
  status: 'error',
  message,
  details,
});

/** One result for each record; the status of all tells whether all, some or none went well. */
export function results(data: readonly Result[], good: number): Reply {
  const failed = data.filter(({ status }) => status === 'error');
  if (failed.length === 0) return { status: good, body: { data } };
  if (failed.length < data.length) return { status: 207, body: { data } };
  return { status: failed[0]?.code === 'ALREADY_MODIFIED' ? 412 : 400, body: { data } };
}

export const refuse = (status: number, code: string, message: string, details: Input = {}): Reply => ({
  status,
  body: { code, details, message, status: 'error' },
});

export const dataOf = ({ body }: Received): readonly Input[] =>
  typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data) ? body.data : [];

/** What Zoho refuses of a record by itself. */
export function fault(module: Module, record: Input, creates: boolean): Result | undefined {
  const invalid = (name: string, more: Input = {}) =>
    failure('INVALID_DATA', 'invalid data', { api_name: name, ...more });
  for (const [name, value] of Object.entries(record)) {
    const maxSize = longest[name];
    if (maxSize !== undefined && String(value).length > maxSize) return invalid(name, { maximum_length: maxSize });
  }
  const { Email: email, Owner: owner } = record;
  if (typeof email === 'string' && !/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(email)) return invalid('Email');
  if (owner !== undefined && !isReference(owner)) return invalid('Owner');
  const required = { Contacts: 'Last_Name', Notes: 'Note_Content', Tasks: 'Subject' }[module];
  if (creates && !record[required]) {
    return failure('MANDATORY_NOT_FOUND', 'required field not found', { api_name: required });
  }
  return undefined;
}

const isReference = (value: unknown): value is { readonly id: string } =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';

/** What Zoho would take and we should not send. */
export function beyondRules(request: Received): readonly string[] {
  const { method, path, headers } = request;
  const module = (['Contacts', 'Notes', 'Tasks'] as const).find((name) => path.startsWith(`/crm/v8/${name}`));
  if (module === undefined || !['POST', 'PUT'].includes(method) || path.endsWith('/Attachments')) return [];
  const data = dataOf(request);
  const names = new Set(data.flatMap((record) => Object.keys(record)));
  const unknown = [...names].filter((name) => name !== 'id' && !fieldsOf[module].includes(name));
  const wrong: readonly (readonly [boolean, string])[] = [
    [data.length === 0 || data.length > maxRecords, 'no record, or more than 100'],
    [unknown.length > 0, `fields that ${module} do not have: ${unknown.join()}`],
    [data.some((record) => Object.values(record).some((value) => value === '' || value === null)), 'a blank written'],
    [method === 'PUT' && data.some(({ id }) => typeof id !== 'string'), 'an update of no record'],
    [method === 'PUT' && new Set(data.map(({ id }) => id)).size < data.length, 'a record updated twice at once'],
    [path.endsWith('/upsert') && headers['if-unmodified-since'] === undefined, 'an upsert that overwrites'],
    [
      module === 'Tasks' && data.some(({ Due_Date: due }) => !/^\d{4}-\d\d-\d\d$/.test(String(due))),
      'a task without a day',
    ],
  ];
  return wrong.filter(([applies]) => applies).map(([, what]) => `${method} ${path}: ${what}`);
}
