import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import { createIds, RecordTable } from './record-table.ts';
import { createRefusals, type Refusals } from './refusals.ts';

type Row = { readonly id: string; readonly created_at: string; readonly [field: string]: unknown };
type Table = RecordTable<Row, object>;

export type FakeTemplateCrm = FakeServer & {
  readonly key: string;
  readonly refusals: Refusals;
  readonly users: readonly string[];
  readonly contacts: Table;
  readonly notes: Table;
  readonly tasks: Table;
  /** What the CRM would not have been asked, in words. */
  readonly violations: readonly string[];
};

const fields = ['email', 'first_name', 'last_name', 'phone', 'country_code', 'owner_id', 'tier', 'customer_number'];
const maxNoteLength = 30_000;

/** The CRM that the template is for. Be as strict as the vendor is, also about what the vendor takes in silence. */
export async function startFakeTemplateCrm(): Promise<FakeTemplateCrm> {
  const key = 'a-key-for-tests';
  const users = ['u-1', 'u-2'];
  const nextId = createIds(1, (number) => `x${number}`);
  const createTable = (): Table =>
    new RecordTable((values, createdAt) => ({ ...values, id: nextId(), created_at: createdAt.toISOString() }));
  const [contacts, notes, tasks] = [createTable(), createTable(), createTable()];
  const violations: string[] = [];
  const refusals = createRefusals();

  const server = await startFakeServer((request) => {
    if (request.headers.authorization !== `Bearer ${key}`) return refuse(401, 'Who are you?');
    const [, version, ...path] = request.path.split('/');
    if (version !== 'v1') return refuse(404, 'There is nothing here.');
    return route(request, path);
  });

  function route(request: Received, [type = '', id = '', part]: readonly string[]): Reply {
    const { method } = request;
    const values = valuesOf(request);
    switch (`${method} ${type}${id && '/id'}${part ? `/${part}` : ''}`) {
      case 'GET account':
        return ok({ scopes: ['read', 'write'], fields, users });
      case 'GET contacts':
        return ok({ contacts: contacts.list((contact) => fits(contact, request.query)) });
      case 'POST contacts':
        return createContact(values);
      case 'GET contacts/id':
        return contacts.has(id) ? ok(contacts.get(id)) : refuse(404, 'No such contact.');
      case 'PATCH contacts/id':
        return refusedField(values) ?? change(contacts, id, values);
      case 'GET contacts/id/notes':
        return ok({ notes: newestFirst(notes).filter(({ contact_id }) => contact_id === id) });
      case 'POST contacts/id/notes':
        return contacts.has(id) ? createNote({ ...values, contact_id: id }) : refuse(404, 'No such contact.');
      case 'GET notes/id':
        return notes.has(id) ? ok(notes.get(id)) : refuse(404, 'No such note.');
      case 'PUT notes/id':
        return change(notes, id, values);
      case 'DELETE notes/id':
        return notes.delete(id) ? { status: 204 } : refuse(404, 'No such note.');
      case 'GET contacts/id/tasks':
        return ok({ tasks: newestFirst(tasks).filter(({ contact_id }) => contact_id === id) });
      case 'POST tasks':
        if (!contacts.has(String(values['contact_id']))) return refuse(422, 'No contact.');
        return refusedField(values) ?? created(tasks.add(values));
      default:
        violations.push(`${method} ${request.path}: no such operation`);
        return refuse(404, 'There is nothing here.');
    }
  }

  function createContact(values: Readonly<Record<string, unknown>>): Reply {
    const { email, last_name: name } = values;
    const unknown = Object.keys(values).filter((field) => !fields.includes(field));
    if (unknown.length > 0) violations.push(`the fields ${unknown.join()}`);
    if (typeof name !== 'string' || name === '') return refuse(422, 'last_name is missing.');
    const refused = refusedField(values);
    if (refused !== undefined) return refused;
    const same = contacts.find((contact) => email !== undefined && equal(contact['email'], email));
    if (same !== undefined) return { status: 409, body: { message: 'There is one.', existing_id: same.id } };
    return created(contacts.add(values));
  }

  function refusedField(values: Readonly<Record<string, unknown>>): Reply | undefined {
    const { email, owner_id: owner } = values;
    const unknown = Object.keys(values).find((name) => refusals.deletedFields.has(name));
    if (unknown !== undefined) return refuse(422, 'There is no such field.', unknown);
    const option = Object.keys(values).find((name) => refusals.dropdowns.has(name));
    if (option !== undefined) return refuse(422, 'It has no such option.', option);
    if (refusals.goneUsers.has(String(owner))) return refuse(422, 'There is no such user.', 'owner_id');
    return String(email).endsWith('.invalid') ? refuse(422, `${email} is no address.`, 'email') : undefined;
  }

  function createNote(values: Readonly<Record<string, unknown>>): Reply {
    return String(values['html']).length > maxNoteLength ? refuse(422, 'Too long.') : created(notes.add(values));
  }

  function change(rows: Table, id: string, values: object): Reply {
    const row = rows.get(id);
    if (row === undefined) return refuse(404, 'No such object.');
    return ok(Object.assign(row, values));
  }

  return { ...server, key, refusals, users, contacts, notes, tasks, violations };
}

const ok = (body: unknown): Reply => ({ status: 200, body });
const created = (body: unknown): Reply => ({ status: 201, body });
const refuse = (status: number, message: string, field?: string): Reply => ({ status, body: { message, field } });

const valuesOf = ({ body }: Received): Readonly<Record<string, unknown>> =>
  typeof body === 'object' && body !== null ? { ...body } : {};

const equal = (a: unknown, b: unknown) => String(a).toLowerCase() === String(b).toLowerCase();

const fits = (contact: Row, query: URLSearchParams) =>
  [...query].every(([field, value]) => contact[field] !== undefined && equal(contact[field], value));

const newestFirst = (rows: Table) => rows.list().toReversed();
