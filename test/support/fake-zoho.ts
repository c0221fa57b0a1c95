import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import { parseCoql } from './fake-zoho-coql.ts';
import {
  beyondRules,
  dataOf,
  failure,
  fault,
  fieldsOf,
  type Input,
  type Result,
  refuse,
  results,
  success,
} from './fake-zoho-rules.ts';
import {
  createZohoFiles,
  createZohoStore,
  type Module,
  type StoredRecord,
  view,
  type ZohoFiles,
  type ZohoStore,
} from './fake-zoho-store.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { loadVendorContract } from './vendor-contract.ts';

export type FakeZoho = FakeServer &
  ZohoStore & {
    readonly secret: string;
    readonly refusals: Refusals;
    readonly files: ZohoFiles['files'];
    /** What Zoho would not have been asked or would not have answered, in words. */
    readonly violations: readonly string[];
    /** Every access token dies, as after an hour. */
    readonly expireTokens: () => void;
  };

const credentials = { clientId: '1000.CLIENT', clientSecret: 'secret-of-the-client', refreshToken: '1000.refresh.abc' };
const prefix = '/crm/v8/';

/**
 * Zoho CRM's API v8 and its accounts server, as far as they are documented: records in memory, Zoho's own results and
 * error bodies. Upserts are checked against Zoho's OpenAPI, everything against the rules that this leaves out.
 */
export async function startFakeZoho(options: { readonly users?: readonly string[] } = {}): Promise<FakeZoho> {
  const contract = await loadVendorContract('zoho.v8.json', {
    unlisted: ({ path }) => !path.endsWith('/upsert'),
    loose: true,
  });
  const violations: string[] = [];
  const tokens = new Set<string>();
  const store = createZohoStore();
  const refusals = createRefusals();
  const files = createZohoFiles();
  const route = createRoutes(store, options.users ?? [], refusals, files);
  let made = 0;

  function makeToken({ text }: Received): Reply {
    const form = new URLSearchParams(text);
    const refused = (error: string): Reply => ({ status: 200, body: { error } });
    if (form.get('grant_type') !== 'refresh_token') return refused('unsupported_grant_type');
    if (form.get('client_id') !== credentials.clientId) return refused('invalid_client');
    if (form.get('client_secret') !== credentials.clientSecret) return refused('invalid_client_secret');
    if (form.get('refresh_token') !== credentials.refreshToken) return refused('invalid_code');
    made += 1;
    tokens.add(`1000.access.${made}`);
    const body = { access_token: `1000.access.${made}`, api_domain: 'https://www.zohoapis.eu', token_type: 'Bearer' };
    return { status: 200, body: { ...body, expires_in: 3600 } };
  }

  const server = await startFakeServer((request) => {
    if (request.path === '/oauth/v2/token') return makeToken(request);
    const token = request.headers.authorization?.replace('Zoho-oauthtoken ', '') ?? '';
    const reply = tokens.has(token) ? route(request) : refuse(401, 'INVALID_TOKEN', 'invalid oauth token');
    violations.push(...contract.check(request, asPublished(reply)), ...beyondRules(request));
    return reply;
  });
  return {
    ...server,
    ...store,
    files: files.files,
    refusals,
    secret: JSON.stringify(credentials),
    violations,
    expireTokens: () => tokens.clear(),
  };
}

/** The OpenAPI is older than the code that the documentation of `If-Unmodified-Since` has. */
function asPublished({ status, body }: Reply): Reply {
  if (typeof body !== 'object' || body === null || !('data' in body) || !Array.isArray(body.data))
    return { status, body };
  const data = body.data.filter(({ code }: Result) => code !== 'ALREADY_MODIFIED');
  return { status: 200, body: { data } };
}

function createRoutes(
  store: ZohoStore,
  users: readonly string[],
  refusals: Refusals,
  files: ZohoFiles,
): (request: Received) => Reply {
  const { modules } = store;

  return (request) => {
    const { method, path, query } = request;
    const [first = '', second, third] = path.slice(prefix.length).split('/');
    if (!path.startsWith(prefix)) return refuse(404, 'INVALID_URL_PATTERN', 'Please check if the URL is correct');
    if (first === 'coql') return select(request);
    if (first === 'settings') return listFields(query.get('module') ?? '');
    if (first === 'users')
      return page(
        users.map((id) => ({ id })),
        'users',
      );
    if (!isModule(first)) return refuse(400, 'INVALID_MODULE', 'The module name given seems to be invalid');
    if (third === 'Attachments') return attachments(request, second ?? '');
    if (third === 'Notes') return listNotes(request, second ?? '');
    if (method === 'GET' && second !== undefined) return readOne(first, second);
    if (method === 'GET')
      return page(
        modules[first]
          .list()
          .slice(0, 1)
          .map((record) => view(record, ['id'])),
      );
    if (method === 'DELETE') return remove(first, query.get('ids')?.split(',') ?? []);
    const data = dataOf(request);
    if (second === 'upsert') return results(data.map(upsertOne), 200);
    if (method === 'PUT')
      return results(
        data.map((record) => updateOne(first, record)),
        200,
      );
    return results(
      data.map((record) => createOne(first, record)),
      201,
    );
  };

  function readOne(module: Module, id: string): Reply {
    const there = modules[module].get(id);
    return page(there === undefined ? [] : [view(there, ['id'])]);
  }

  function createOne(module: Module, record: Input): Result {
    const refused = fault(module, record, true) ?? refusedValue(module, record);
    if (refused !== undefined) return refused;
    const parent = idIn(record['Parent_Id'] ?? record['Who_Id']);
    if (module !== 'Contacts' && !modules.Contacts.has(parent)) {
      const details = { api_name: module === 'Notes' ? 'Parent_Id' : 'Who_Id' };
      return failure('INVALID_DATA', 'the id given seems to be invalid.', details);
    }
    return success(modules[module].add(record), 'record added');
  }

  function refusedValue(module: Module, record: Input, self?: string): Result | undefined {
    const option = Object.keys(record).find((name) => module === 'Contacts' && refusals.dropdowns.has(name));
    if (option !== undefined) return failure('INVALID_DATA', 'invalid data', { api_name: option });
    if (refusals.goneUsers.has(idIn(record['Owner']))) {
      return failure('INVALID_DATA', 'invalid data', { api_name: 'id', parent_api_name: 'Owner' });
    }
    const { Phone: phone } = record;
    const other = modules.Contacts.find(({ id, values }) => id !== self && values['Phone'] === phone);
    if (!refusals.keepsPhonesUnique || phone === undefined || other === undefined) return undefined;
    const details = { api_name: 'Phone', id: other.id, duplicate_record: { id: other.id, module: 'Contacts' } };
    return failure('DUPLICATE_DATA', 'duplicate data', details);
  }

  /** With `If-Unmodified-Since` before any record, an upsert changes none. */
  function upsertOne(record: Input): Result {
    const there = store.contactByEmail(record['Email']);
    if (there === undefined) return createOne('Contacts', record);
    const message = 'record updated time has already passed if-unmodified-since time';
    return failure('ALREADY_MODIFIED', message, { id: there.id });
  }

  function updateOne(module: Module, { id, ...values }: Input): Result {
    const there = modules[module].get(String(id));
    if (there === undefined) return failure('INVALID_DATA', 'the id given seems to be invalid.', { id });
    const refused = fault(module, values, false) ?? refusedValue(module, values, there.id);
    if (refused !== undefined) return refused;
    Object.assign(there.values, values);
    return success(there, 'record updated');
  }

  function remove(module: Module, ids: readonly string[]): Reply {
    const outcome = (id: string): Result => {
      const there = modules[module].get(id);
      modules[module].delete(id);
      return there ? success(there, 'record deleted') : failure('INVALID_DATA', 'record not deleted', { id });
    };
    return results(ids.map(outcome), 200);
  }

  function select({ body }: Received): Reply {
    const text = typeof body === 'object' && body !== null && 'select_query' in body ? String(body.select_query) : '';
    try {
      const { columns, module, conditions, fits, newestFirst, limit, offset } = parseCoql(text);
      if (!isModule(module)) return refuse(400, 'INVALID_MODULE', 'The module name given seems to be invalid');
      const known = ['id', ...fieldsOf[module].filter((name) => !refusals.deletedFields.has(name))];
      const unknown = [...columns, ...conditions].find((name) => !known.includes(name));
      if (unknown !== undefined) return refuse(400, 'INVALID_QUERY', 'invalid query formed', { column_name: unknown });
      if (conditions.includes('Description')) return refuse(400, 'INVALID_QUERY', 'invalid query formed');
      const found = modules[module].list((record) => fits({ ...record.values, id: record.id }));
      const ordered = newestFirst ? found.toReversed() : found;
      const rows = ordered.slice(offset, offset + limit).map((record) => view(record, columns));
      return page(rows, 'data', ordered.length > offset + limit);
    } catch (error) {
      return refuse(400, 'SYNTAX_ERROR', `error occurred while parsing the query: ${String(error)}`);
    }
  }

  function attachments(request: Received, record: string): Reply {
    if (!modules.Contacts.has(record)) return refuse(404, 'INVALID_DATA', 'the id given seems to be invalid');
    return files.route(request, record, request.path.split('/').at(6));
  }

  function listNotes({ query }: Received, contactId: string): Reply {
    if (!modules.Contacts.has(contactId))
      return refuse(400, 'INVALID_DATA', 'the related id given seems to be invalid');
    const isHers = ({ values }: StoredRecord) => idIn(values['Parent_Id']) === contactId;
    const notes = modules.Notes.list(isHers).toReversed();
    const size = Number(query.get('per_page'));
    const from = (Number(query.get('page')) - 1) * size;
    const rows = notes.slice(from, from + size).map((note) => view(note, query.get('fields')?.split(',') ?? []));
    return page(rows, 'data', notes.length > from + size);
  }

  function listFields(module: string): Reply {
    if (!isModule(module)) return refuse(400, 'INVALID_MODULE', 'The module name given seems to be invalid');
    const fields = fieldsOf[module].map((name) => ({ api_name: name, data_type: 'text' }));
    return { status: 200, body: { fields } };
  }
}

const isModule = (name: string): name is Module => name === 'Contacts' || name === 'Notes' || name === 'Tasks';

/** Zoho tells of nothing by 204. */
const page = (rows: readonly object[], name = 'data', more = false): Reply =>
  rows.length === 0
    ? { status: 204 }
    : { status: 200, body: { [name]: rows, info: { count: rows.length, more_records: more } } };

const idIn = (value: unknown) => (typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : '');
