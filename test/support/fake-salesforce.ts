import {
  beyondRules,
  failed,
  fault,
  fieldsOf,
  type Input,
  isObjectType,
  type ObjectType,
  recordsIn,
  refuse,
  type SaveResult,
  saved,
  typeOf,
  version,
} from './fake-salesforce-rules.ts';
import { parseSoql, type Row } from './fake-salesforce-soql.ts';
import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import { createIds, RecordTable } from './record-table.ts';
import { createRefusals, type Refusals } from './refusals.ts';

export type SalesforceObject = {
  readonly id: string;
  readonly createdAt: Date;
  readonly values: Record<string, unknown>;
};

export type FakeSalesforce = FakeServer & {
  readonly secret: string;
  readonly refusals: Refusals;
  readonly objects: Readonly<Record<ObjectType, RecordTable<SalesforceObject>>>;
  /** What Salesforce would not have been asked, in words. */
  readonly violations: readonly string[];
};

export type FakeSalesforceOptions = {
  readonly users?: readonly string[];
  readonly rowsPerPage?: number;
  /** A duplicate rule on e-mail and similar names that blocks instead of alerting. */
  readonly blocksDuplicates?: boolean;
  /** A custom field that is unique. */
  readonly uniqueField?: string;
  /** State and Country/Territory Picklists. */
  readonly countryCodes?: boolean;
};

const credentials = { clientId: '3MVG9.CONSUMER.KEY', clientSecret: 'SECRET0123456789' };
/** What ids begin with, and the three characters that this makes them end with. */
const affixes = {
  Contact: ['003U0', 'IAA'],
  Task: ['00TU0', 'MAA'],
  Case: ['500U0', 'IAA'],
  ContentVersion: ['068U0', 'IAA'],
} as const;
const closed = ['Completed'];

/** A Salesforce organisation and its token endpoint, as far as they are documented: records in memory. */
export async function startFakeSalesforce(options: FakeSalesforceOptions = {}): Promise<FakeSalesforce> {
  const nextNumber = createIds(101, (number) => String(number).padStart(10, '0'));
  const createTable = (type: ObjectType) =>
    new RecordTable<SalesforceObject>((values, createdAt) => {
      return { id: affixes[type].join(nextNumber()), createdAt, values: { ...values } };
    });
  const objects: FakeSalesforce['objects'] = {
    Contact: createTable('Contact'),
    Task: createTable('Task'),
    Case: createTable('Case'),
    ContentVersion: createTable('ContentVersion'),
  };
  const violations: string[] = [];
  const tokens = new Set<string>();
  const refusals = createRefusals();
  const route = createRoutes(objects, options, refusals);

  function makeToken({ text }: Received): Reply {
    const form = new URLSearchParams(text);
    const refused = (error: string, description: string): Reply => ({
      status: 400,
      body: { error, error_description: description },
    });
    if (form.get('grant_type') !== 'client_credentials') {
      return refused('unsupported_grant_type', 'grant type not supported');
    }
    if (form.get('client_id') !== credentials.clientId)
      return refused('invalid_client_id', 'client identifier invalid');
    if (form.get('client_secret') !== credentials.clientSecret)
      return refused('invalid_client', 'invalid client credentials');
    const token = `00D000000000001!AQ.${tokens.size + 1}`;
    tokens.add(token);
    return {
      status: 200,
      body: { access_token: token, instance_url: 'https://acme.my.salesforce.com', token_type: 'Bearer' },
    };
  }

  const server = await startFakeServer((request) => {
    if (request.path === '/services/oauth2/token') return makeToken(request);
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    violations.push(...beyondRules(request));
    return tokens.has(token) ? route(request) : refuse(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
  });
  return { ...server, secret: JSON.stringify(credentials), refusals, objects, violations };
}

function createRoutes(
  objects: FakeSalesforce['objects'],
  options: FakeSalesforceOptions,
  refusals: Refusals,
): (request: Received) => Reply {
  const cursors: string[][] = [];

  return (request) => {
    const { method, path, query } = request;
    if (path === `${version}/query`) return select(query.get('q') ?? '');
    if (path.startsWith(`${version}/query/`)) return nextPage(Number(path.split('-').at(-1)));
    const described = /\/sobjects\/(\w+)\/describe$/.exec(path)?.[1];
    if (described !== undefined && isObjectType(described)) return describe(described);
    if (path !== `${version}/composite/sobjects`)
      return refuse(404, 'NOT_FOUND', 'The requested resource does not exist');
    if (method === 'DELETE') return { status: 200, body: query.get('ids')?.split(',').map(remove) };
    const records = recordsIn(request);
    const unknown = records.flatMap(unknownField)[0];
    if (unknown !== undefined) return refuse(400, 'INVALID_FIELD', `No such column '${unknown}' on sobject`);
    return { status: 200, body: records.map(method === 'PATCH' ? updateOne : createOne) };
  };

  function createOne({ attributes, ...values }: Input): SaveResult {
    const type = typeOf({ attributes });
    if (type === undefined) return failed('INVALID_TYPE', 'sObject type is not supported');
    const refused = fault(type, values, true) ?? refusedValue(type, values) ?? duplicateOf(type, values);
    if (refused !== undefined) return refused;
    const contact = values['WhoId'] ?? values['ContactId'] ?? values['FirstPublishLocationId'];
    if (type !== 'Contact' && !objects.Contact.has(String(contact))) {
      return failed('ENTITY_IS_DELETED', 'entity is deleted', ['WhoId']);
    }
    return saved(objects[type].add(values).id);
  }

  function refusedValue(type: ObjectType, values: Input, self?: string): SaveResult | undefined {
    const option = Object.keys(values).find((name) => type === 'Contact' && refusals.dropdowns.has(name));
    if (option !== undefined) {
      const message = `${option}: bad value for restricted picklist field: ${values[option]}`;
      return failed('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, [option]);
    }
    const { OwnerId: owner, Phone: phone } = values;
    if (refusals.goneUsers.has(String(owner))) {
      const message = `operation performed with inactive user [${owner}] as owner of ${type.toLowerCase()}`;
      return failed('INACTIVE_OWNER_OR_USER', message);
    }
    const hasPhone = ({ id, values: other }: SalesforceObject) => id !== self && other['Phone'] === phone;
    return refusals.keepsPhonesUnique && phone !== undefined && objects.Contact.find(hasPhone) !== undefined
      ? failed('DUPLICATES_DETECTED', 'Use one of these records?')
      : undefined;
  }

  function duplicateOf(type: ObjectType, values: Input): SaveResult | undefined {
    if (type !== 'Contact') return undefined;
    const same = (name: string) =>
      objects.Contact.find((other) => values[name] !== undefined && fold(other.values[name]) === fold(values[name]));
    const { uniqueField, blocksDuplicates } = options;
    const unique = uniqueField === undefined ? undefined : same(uniqueField);
    if (unique !== undefined) {
      const message = `duplicate value found: ${uniqueField} duplicates value on record with id: ${unique.id.slice(0, 15)}`;
      return failed('DUPLICATE_VALUE', message);
    }
    if (!blocksDuplicates || (same('Email') ?? same('LastName')) === undefined) return undefined;
    return failed('DUPLICATES_DETECTED', 'Use one of these records?');
  }

  function updateOne({ attributes, id, ...values }: Input): SaveResult {
    const type = typeOf({ attributes });
    const there = type && objects[type].get(String(id));
    if (type === undefined || there === undefined) return failed('ENTITY_IS_DELETED', 'entity is deleted');
    const refused = fault(type, values, false) ?? refusedValue(type, values, there.id);
    if (refused !== undefined) return refused;
    Object.assign(there.values, values);
    return saved(there.id);
  }

  function remove(id: string): SaveResult {
    const version = versionOf(id);
    if (version !== undefined) objects.ContentVersion.delete(version.id);
    if (version !== undefined) return saved(id);
    const type = Object.values(objects).find((some) => some.has(id));
    return type?.delete(id) ? saved(id) : failed('ENTITY_IS_DELETED', 'entity is deleted');
  }

  /** A document has one version here, and the version's id with another beginning. */
  function documentOf({ id }: SalesforceObject): string {
    return id.replace(/^068/, '069');
  }

  function versionOf(documentId: string): SalesforceObject | undefined {
    return objects.ContentVersion.find((version) => documentOf(version) === documentId);
  }

  function select(soql: string): Reply {
    try {
      const { columns, type, fits, conditions, newestFirst } = parseSoql(soql);
      const table = rowsOf(type);
      const unknown = [...columns, ...conditions].find((name) => !table.fields.includes(name));
      if (unknown !== undefined) return refuse(400, 'INVALID_FIELD', `No such column '${unknown}' on entity '${type}'`);
      if (conditions.includes('Description')) return refuse(400, 'INVALID_FIELD', 'Description can not be filtered');
      const found = table.rows.filter(fits);
      const rows = (newestFirst ? found.reverse() : found).map((row) =>
        JSON.stringify({
          attributes: { type },
          ...Object.fromEntries(columns.map((name) => [name, row[name] ?? null])),
        }),
      );
      cursors.push(rows);
      return nextPage(cursors.length - 1);
    } catch (error) {
      return refuse(400, 'MALFORMED_QUERY', String(error));
    }
  }

  function nextPage(cursor: number): Reply {
    const rows = cursors[cursor] ?? [];
    const records = rows.splice(0, options.rowsPerPage ?? 2000).map((row): unknown => JSON.parse(row));
    const more =
      rows.length > 0 ? { done: false, nextRecordsUrl: `${version}/query/01g000-${cursor}` } : { done: true };
    return { status: 200, body: { totalSize: records.length + rows.length, ...more, records } };
  }

  function rowsOf(type: string): { readonly fields: readonly string[]; readonly rows: readonly Row[] } {
    const { users = [] } = options;
    if (type === 'User') return { fields: ['Id', 'IsActive'], rows: users.map((Id) => ({ Id, IsActive: true })) };
    if (type === 'TaskStatus') {
      return { fields: ['ApiName', 'IsClosed'], rows: closed.map((ApiName) => ({ ApiName, IsClosed: true })) };
    }
    const documents = objects.ContentVersion.list().map((version) => ({
      Id: documentOf(version),
      ContentDocumentId: documentOf(version),
      LinkedEntityId: version.values['FirstPublishLocationId'],
      'ContentDocument.Title': version.values['Title'],
    }));
    if (type === 'ContentDocument') return { fields: ['Id'], rows: documents };
    if (type === 'ContentDocumentLink') {
      return { fields: ['ContentDocumentId', 'LinkedEntityId', 'ContentDocument.Title'], rows: documents };
    }
    if (!isObjectType(type)) throw new SyntaxError(`sObject type '${type}'`);
    const rows = objects[type].list().map(({ id, createdAt, values }) => ({
      ...values,
      Id: id,
      CreatedDate: createdAt.toISOString().replace('Z', '+0000'),
      IsClosed: closed.includes(String(values['Status'])),
    }));
    return { fields: fieldsFor(type), rows };
  }

  function describe(type: ObjectType): Reply {
    const fields = fieldsFor(type).map((name) => ({ name }));
    return { status: 200, body: { name: type, createable: true, fields } };
  }

  function unknownField(record: Input): readonly string[] {
    const type = typeOf(record);
    const known = type === undefined ? [] : ['attributes', 'id', ...fieldsFor(type)];
    return Object.keys(record).filter((name) => !known.includes(name));
  }

  function fieldsFor(type: ObjectType): readonly string[] {
    const all = [...fieldsOf[type], ...(type === 'Contact' && options.countryCodes ? ['MailingCountryCode'] : [])];
    return type === 'Contact' ? all.filter((name) => !refusals.deletedFields.has(name)) : all;
  }
}

const fold = (value: unknown) => String(value).toLowerCase();
