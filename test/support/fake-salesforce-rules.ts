import type { Received, Reply } from './fake-server.ts';

export const version = '/services/data/v65.0';
export type ObjectType = 'Contact' | 'Task' | 'Case' | 'ContentVersion';

const common = ['Id', 'OwnerId', 'CreatedDate', 'Description'];
/** API names by object: Salesforce's own, and one custom field. */
export const fieldsOf: Readonly<Record<ObjectType, readonly string[]>> = {
  Contact: [
    ...common,
    ...['FirstName', 'LastName', 'Email', 'Phone', 'MobilePhone', 'MailingCountry', 'Title', 'Customer_Number__c'],
  ],
  Task: [...common, ...['Subject', 'Status', 'IsClosed', 'ActivityDate', 'WhoId', 'IsReminderSet', 'ReminderDateTime']],
  Case: [...common, 'Subject', 'ContactId'],
  ContentVersion: ['Id', 'Title', 'PathOnClient', 'VersionData', 'FirstPublishLocationId'],
};

const longest: Readonly<Record<string, number>> = {
  FirstName: 40,
  LastName: 80,
  Email: 80,
  Subject: 255,
  Description: 32_000,
};

export type Input = Readonly<Record<string, unknown>>;
export type SaveResult = {
  readonly id?: string;
  readonly success: boolean;
  readonly errors: readonly {
    readonly statusCode: string;
    readonly message: string;
    readonly fields: readonly string[];
  }[];
};

export const saved = (id: string): SaveResult => ({ id, success: true, errors: [] });

export const failed = (statusCode: string, message: string, fields: readonly string[] = []): SaveResult => ({
  success: false,
  errors: [{ statusCode, message, fields }],
});

/** Whole requests are refused by a list of errors. */
export const refuse = (status: number, errorCode: string, message: string): Reply => ({
  status,
  body: [{ message, errorCode }],
});

export const recordsIn = ({ body }: Received): readonly Input[] =>
  typeof body === 'object' && body !== null && 'records' in body && Array.isArray(body.records) ? body.records : [];

export const isObjectType = (type: unknown): type is ObjectType =>
  typeof type === 'string' && Object.hasOwn(fieldsOf, type);

export function typeOf({ attributes }: Input): ObjectType | undefined {
  const type = typeof attributes === 'object' && attributes !== null && 'type' in attributes ? attributes.type : '';
  return isObjectType(type) ? type : undefined;
}

/** What Salesforce refuses of a record by itself. */
export function fault(type: ObjectType, record: Input, creates: boolean): SaveResult | undefined {
  for (const [name, value] of Object.entries(record)) {
    const maxSize = longest[name];
    const text = String(value);
    // Long texts are counted in bytes, and each line end counts as two.
    const length = name === 'Description' ? Buffer.byteLength(text.replaceAll('\n', '\r\n')) : text.length;
    if (maxSize !== undefined && length > maxSize) {
      return failed('STRING_TOO_LONG', `${name}: data value too large (max length=${maxSize})`, [name]);
    }
  }
  const { Email: email, LastName: last } = record;
  if (typeof email === 'string' && !/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(email)) {
    return failed('INVALID_EMAIL_ADDRESS', `Email: invalid email address: ${email}`, ['Email']);
  }
  if (type === 'Contact' && (creates ? !last : last === '')) {
    return failed('REQUIRED_FIELD_MISSING', 'Required fields are missing: [LastName]', ['LastName']);
  }
  return undefined;
}

/** What Salesforce would take and we should not send. */
export function beyondRules(request: Received): readonly string[] {
  const { method, path, headers, query } = request;
  const records = recordsIn(request);
  const writes = method === 'POST' || method === 'PATCH';
  const isCollection = path === `${version}/composite/sobjects`;
  const types = new Set(records.map(typeOf));
  const wrong: readonly (readonly [boolean, string])[] = [
    [(query.get('q')?.length ?? 0) > 12_000, 'a query that is too long for a URI'],
    [writes && isCollection && (records.length === 0 || records.length > 200), 'no record, or more than 200'],
    [writes && isCollection && headers['sforce-duplicate-rule-header'] !== 'allowSave=true', 'stopped by alerts'],
    [types.size > 1, 'objects of several types'],
    [
      records.some((record) => Object.values(record).some((value) => value === '' || value === null)),
      'a blank written',
    ],
    [
      method === 'PATCH' && new Set(records.map(({ id }) => id)).size < records.length,
      'a record updated twice at once',
    ],
    [
      method === 'POST' &&
        types.has('Task') &&
        records.some(({ ActivityDate: day }) => !/^\d{4}-\d\d-\d\d$/.test(String(day))),
      'a task without a day',
    ],
  ];
  return wrong.filter(([applies]) => applies).map(([, what]) => `${method} ${path}: ${what}`);
}
