import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import { createIds, RecordTable } from './record-table.ts';
import { createRefusals, type Refusals } from './refusals.ts';

export type OdooRecord = Record<string, unknown> & { readonly id: number };
type Model = 'res.partner' | 'mail.message' | 'mail.activity' | 'res.users' | 'ir.attachment';
type Params = Readonly<Record<string, unknown>>;

export type FakeOdoo = FakeServer & {
  readonly key: string;
  readonly refusals: Refusals;
  readonly records: Readonly<Record<Model, RecordTable<OdooRecord>>>;
  /** What Odoo would not have been asked, in words. */
  readonly violations: readonly string[];
};

const partnerFields = [
  'id',
  'create_date',
  'name',
  'email',
  'phone',
  'company_name',
  'country_id',
  'user_id',
  'ref',
  'function',
  'comment',
  'type',
];
const fieldsOf: Readonly<Record<Model, readonly string[]>> = {
  'res.partner': [...partnerFields, 'email_normalized', 'title', 'active'],
  'mail.message': ['id', 'model', 'res_id', 'body'],
  'mail.activity': ['id', 'res_model', 'res_id', 'note', 'active'],
  'res.users': ['id', 'share'],
  'ir.attachment': ['id', 'res_model', 'res_id', 'name', 'mimetype', 'datas'],
};
const countries: Readonly<Record<string, string>> = { 'base.cz': 'Česko', 'base.sk': 'Slovensko', 'base.uk': 'Anglie' };

class Refusal extends Error {
  readonly status: number;
  readonly python: string;
  constructor(status: number, python: string, message: string) {
    super(message);
    this.status = status;
    this.python = python;
  }
}

/** Odoo's JSON-2 API: partners, messages, activities and users in memory, with `false` for what is blank. */
export async function startFakeOdoo({
  users = [],
  mayWrite = true,
}: {
  readonly users?: readonly number[];
  /** Whether the user of the key may create and change contacts. */
  readonly mayWrite?: boolean;
} = {}): Promise<FakeOdoo> {
  const key = 'a6f3c2e1d4b59786a6f3c2e1d4b59786';
  const nextId = createIds(101, Number);
  const createTable = (model: Model) =>
    new RecordTable<OdooRecord>((values, createdAt) => {
      const blank = Object.fromEntries(fieldsOf[model].map((name) => [name, name === 'type' ? 'contact' : false]));
      const at = createdAt.toISOString().slice(0, 19).replace('T', ' ');
      return { ...blank, active: true, create_date: at, ...values, id: nextId() };
    });
  const records: FakeOdoo['records'] = {
    'res.partner': createTable('res.partner'),
    'mail.message': createTable('mail.message'),
    'mail.activity': createTable('mail.activity'),
    'ir.attachment': createTable('ir.attachment'),
    'res.users': createTable('res.users'),
  };
  for (const id of users) records['res.users'].set(id, { id, share: false });
  const violations: string[] = [];
  const refusals = createRefusals();
  const isKnown = (model: Model, name: string) => fieldsOf[model].includes(name) && !refusals.deletedFields.has(name);

  const server = await startFakeServer((request) => {
    violations.push(...beyondContract(request));
    if (request.headers.authorization !== `bearer ${key}`)
      return failure(401, 'werkzeug.exceptions.Unauthorized', 'Invalid apikey');
    const [, model = '', method = ''] = /^\/json\/2\/([\w.]+)\/(\w+)$/.exec(request.path) ?? [];
    const run = methods[`${model}/${method}`] ?? (isModel(model) ? general(model)[method] : undefined);
    if (run === undefined) return failure(404, 'werkzeug.exceptions.NotFound', `No ${model}/${method}`);
    try {
      return { status: 200, body: run(Object(request.body)) };
    } catch (error) {
      if (error instanceof Refusal) return failure(error.status, error.python, error.message);
      throw error;
    }
  });

  const general = (model: Model): Readonly<Record<string, (params: Params) => unknown>> => ({
    search_read: ({ domain, fields, order, limit, context }) => {
      const named = [...Object(fields), ...[...Object(domain)].map(([name]: [string]) => name)];
      const gone = named.find((name: string) => refusals.deletedFields.has(name));
      if (gone !== undefined) {
        const where = Object(fields).includes(gone) ? `'${gone}' on '${model}'` : `${model}.${gone} in condition`;
        throw new Refusal(500, 'builtins.ValueError', `Invalid field ${where} ('${gone}', '=', '1')`);
      }
      // What is archived is left out, unless it is asked for: also by its id.
      const isHidden = Object(context).active_test !== false && !named.includes('active');
      const isArchived = (record: OdooRecord) =>
        record['active'] === false || (model === 'res.users' && refusals.inactiveUsers.has(String(record.id)));
      const all = records[model].list((record) => !isHidden || !isArchived(record));
      const found = all.filter((record) => holds(model, record, domain));
      const inOrder = order === 'id desc' ? found.toReversed() : found;
      return inOrder.slice(0, Number(limit ?? 1000)).map((record) => pick(model, record, fields));
    },
    write: ({ ids, vals }) => {
      for (const record of browse(model, ids)) Object.assign(record, vals);
      return true;
    },
    unlink: ({ ids }) => {
      for (const { id } of browse(model, ids)) records[model].delete(id);
      return true;
    },
  });

  const methods: Readonly<Record<string, (params: Params) => unknown>> = {
    'res.users/context_get': () => ({ lang: 'cs_CZ', tz: 'Europe/Prague', uid: 2 }),
    'res.partner/has_access': () => mayWrite,
    'res.partner/fields_get': ({ allfields }) => {
      const asked = [...Object(allfields)].filter((name) => fieldsOf['res.partner'].includes(name));
      return Object.fromEntries(asked.map((name) => [name, { type: 'char' }]));
    },
    'res.partner/load': ({ fields, data, context }) => {
      if (!Object(context).mail_auto_subscribe_no_notify) violations.push('an e-mail to the salesperson');
      // In the user's language.
      if (!mayWrite) return notLoaded([{ message: "Nemáte oprávnění vytvářet záznamy 'Contact' (res.partner)." }]);
      return load(Object(fields), Object(data)[0]);
    },
    // `create` of attachments alone: of the other models other methods do that.
    'ir.attachment/create': ({ vals_list: all }) =>
      [...Object(all)].map((values) => records['ir.attachment'].add(values).id),
    'res.partner/message_post': ({ ids, body, body_is_html: isHtml }) => {
      const [partner] = browse('res.partner', ids);
      const html = isHtml === true ? body : String(body).replaceAll('<', '&lt;');
      return [records['mail.message'].add({ model: 'res.partner', res_id: partner?.id, body: html }).id];
    },
    'res.partner/activity_schedule': ({ ids, context, ...values }) => {
      const [partner] = browse('res.partner', ids);
      if (!Object(context).mail_activity_quick_update) violations.push('an e-mail to the user of the activity');
      if (refusals.goneUsers.has(String(values['user_id']))) {
        const message =
          'The operation cannot be completed: Another model is using the record you are trying to delete.';
        throw new Refusal(422, 'odoo.exceptions.ValidationError', message);
      }
      return [records['mail.activity'].add({ res_model: 'res.partner', res_id: partner?.id, ...values }).id];
    },
  };

  /** One row of an import. */
  function load(columns: readonly string[], cells: readonly string[]): unknown {
    const row = new Map(columns.map((column, at) => [column, cells[at]]));
    const values: Record<string, unknown> = {};
    const errors: { readonly message: string; readonly field?: string }[] = [];
    const fail = (message: string, field: string) => void errors.push({ message, field });
    for (const [column, cell] of row) {
      const [field = ''] = column.split('/');
      if (column === '.id') continue;
      if (!isKnown('res.partner', field))
        throw new Refusal(500, 'builtins.ValueError', `Invalid field name '${field}'`);
      if (refusals.dropdowns.has(field)) fail(`Value '${cell}' not found in selection field '${field}'`, field);
      else if (column === 'country_id/id')
        values[field] = countries[`${cell}`]
          ? [7, countries[`${cell}`]]
          : fail(`No matching record found for external id '${cell}' in field 'Country'`, field);
      else if (column === 'user_id/.id')
        values[field] =
          records['res.users'].has(Number(cell)) && !refusals.goneUsers.has(`${cell}`)
            ? [Number(cell), 'User']
            : fail(`No matching record found for database id '${cell}' in field 'Salesperson'`, field);
      else values[field] = cell;
    }
    const id = row.get('.id');
    const existing = id === undefined ? undefined : records['res.partner'].get(Number(id));
    if (id !== undefined && existing === undefined) fail(`Unknown database identifier '${id}'`, '.id');
    if (id === undefined && !row.get('name')) errors.push({ message: 'Contacts require a name' });
    if (errors.length > 0) return notLoaded(errors);
    if (existing === undefined) return { ids: [records['res.partner'].add(values).id], messages: [], nextrow: 0 };
    Object.assign(existing, values);
    return { ids: [existing.id], messages: [], nextrow: 0 };
  }

  function browse(model: Model, ids: unknown): readonly OdooRecord[] {
    return [...Object(ids)].map((id) => {
      const record = records[model].get(id);
      if (record !== undefined) return record;
      // Who may see a message depends on it: nobody may see one that is gone.
      if (model === 'mail.message')
        throw new Refusal(403, 'odoo.exceptions.AccessError', 'The requested operation cannot be completed.');
      throw new Refusal(404, 'odoo.exceptions.MissingError', 'Record does not exist or has been deleted.');
    });
  }

  return { ...server, key, refusals, records, violations };
}

const notLoaded = (errors: readonly object[]) => ({
  ids: false,
  messages: errors.map((error) => ({ type: 'error', ...error, record: 0 })),
  nextrow: 0,
});

const isModel = (name: string): name is Model => name in fieldsOf;
const failure = (status: number, name: string, message: string): Reply => ({
  status,
  body: { name, message, arguments: [message], context: {}, debug: `Traceback …\n${name}: ${message}` },
});

function known(model: Model, name: string): string {
  if (fieldsOf[model].includes(name)) return name;
  throw new Refusal(500, 'builtins.ValueError', `Invalid field '${name}' on '${model}'`);
}

const pick = (model: Model, record: OdooRecord, fields: unknown) =>
  Object.fromEntries(['id', ...Object(fields)].map((name) => [name, record[known(model, name)]]));

const holds = (model: Model, record: OdooRecord, domain: unknown) =>
  [...Object(domain)].every(([field, operator, value]: [string, string, unknown]) => {
    const stored = known(model, field) === 'email_normalized' ? normalized(record['email']) : record[field];
    if (operator === 'in') return [...Object(value)].includes(stored);
    if (operator === 'ilike') return String(stored).toLowerCase().includes(String(value).toLowerCase());
    if (operator === '=ilike') return typeof stored === 'string' && like(String(value)).test(stored);
    return stored === value;
  });

const normalized = (email: unknown) => typeof email === 'string' && email.trim().toLowerCase();
const like = (pattern: string) => {
  const literal = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('%', '.*').replaceAll('_', '.')}$`, 'i');
};

/** Methods of a model, not of its records. */
const ofModel = ['search_read', 'create', 'load', 'fields_get', 'context_get'];

function beyondContract({ method, path, body, text }: Received): readonly string[] {
  const sent = Object(body);
  const wrong: readonly (readonly [boolean, string])[] = [
    [method !== 'POST' || !text.startsWith('{'), 'another thing than a POST of an object'],
    [ofModel.some((name) => path.endsWith(`/${name}`)) && 'ids' in sent, 'ids for a method of the model'],
    [
      path.endsWith('/load') && !sent.data.flat().every((cell: unknown) => typeof cell === 'string'),
      'a cell that is no text',
    ],
    [path.endsWith('/message_post') && sent.subtype_xmlid !== 'mail.mt_note', 'a message to the visitor'],
    [path.endsWith('/activity_schedule') && !/^\d{4}-\d\d-\d\d$/.test(sent.date_deadline), 'a day in another form'],
    ['ids' in sent && !sent.ids.every(Number.isSafeInteger), 'an id that is no number'],
  ];
  return wrong.filter(([applies]) => applies).map(([, what]) => `${method} ${path}: ${what}`);
}
