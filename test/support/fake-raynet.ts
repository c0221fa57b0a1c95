import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import { createIds, RecordTable } from './record-table.ts';
import { createRefusals, type Refusals } from './refusals.ts';

export type StoredRecord = Record<string, unknown> & { readonly id: number };
type Entity = 'person' | 'event' | 'task';

export type FakeRaynet = FakeServer & {
  readonly secret: string;
  readonly refusals: Refusals;
  readonly instance: string;
  readonly records: Readonly<Record<Entity, RecordTable<StoredRecord>>>;
  /** What Raynet would not have been asked, in words. */
  readonly violations: readonly string[];
};

export type FakeRaynetOptions = {
  /** Ids of contacts who are users. */
  readonly users?: readonly number[];
  /** Keys of the custom fields of contacts. */
  readonly customFields?: readonly string[];
};

/** Bytes; a text column's. */
const maxDescriptionLength = 65_535;
const required: Readonly<Record<Entity, readonly string[]>> = {
  person: ['lastName'],
  event: ['title', 'priority', 'owner'],
  task: ['title', 'priority', 'owner', 'resolver', 'deadline'],
};

/**
 * Raynet's REST API v2, as its OpenAPI has it: contacts, events and tasks in memory. `PUT` creates and `POST` updates;
 * what is inside an object and not sent is lost; a new contact's custom fields are ignored.
 */
export async function startFakeRaynet({ users = [], customFields = [] }: FakeRaynetOptions = {}): Promise<FakeRaynet> {
  const instance = 'shop';
  const credentials = { user: 'forwarder@shop.example', apiKey: 'crm-0123456789abcdef' };
  const authorization = `Basic ${Buffer.from(`${credentials.user}:${credentials.apiKey}`).toString('base64')}`;
  const nextId = createIds(101, Number);
  const createTable = () =>
    new RecordTable<StoredRecord>(({ extId, ...record }, createdAt) => {
      const at = createdAt.toISOString().slice(0, 16).replace('T', ' ');
      return { ...record, id: nextId(), extIds: extId === undefined ? null : [extId], 'rowInfo.createdAt': at };
    });
  const records = { person: createTable(), event: createTable(), task: createTable() };
  const violations: string[] = [];
  const refusals = createRefusals();
  for (const id of users) records.person.set(id, { id, lastName: 'User', activeUserAccount: true });

  const server = await startFakeServer((request) => {
    violations.push(...beyondContract(request));
    const { headers, path } = request;
    if (headers.authorization !== authorization) return refuse(401, 'Unauthorized');
    if (headers['x-instance-name'] !== instance) return refuse(400, 'Unknown instance');
    const [entity = '', ...rest] = path.replace('/api/v2/', '').replace(/\/$/, '').split('/');
    if (entity === 'customField') return ok({ Person: customFields.map((name) => ({ name, dataType: 'STRING' })) });
    return isEntity(entity) ? route(request, entity, rest.filter(Boolean)) : refuse(404, 'Not found');
  });

  function route({ method, body, query }: Received, entity: Entity, [id, part]: readonly string[]): Reply {
    const refused = method === 'GET' ? undefined : refusedValue(Object(body));
    if (refused !== undefined) return refused;
    if (id === undefined) return method === 'PUT' ? create(entity, Object(body)) : list(entity, query);
    const found = id === 'ext' ? byExternalId(entity, part) : records[entity].get(Number(id));
    if (found === undefined) return refuse(404, 'Entity not found');
    if (part === 'extId') found['extIds'] = [...Object(found['extIds'] ?? []), Object(body).extId];
    else if (method === 'DELETE') records[entity].delete(found.id);
    else if (method === 'POST') change(found, Object(body));
    return method === 'GET' ? ok(found) : { status: 200, body: { success: true } };
  }

  function refusedValue({ customFields: custom, owner, resolver }: Readonly<Record<string, unknown>>) {
    const names = Object.keys(Object(custom ?? {}));
    const unknown = names.find((name) => refusals.deletedFields.has(name));
    if (unknown !== undefined) return refuse(400, `Custom field ${unknown} does not exist`);
    const option = names.find((name) => refusals.dropdowns.has(name));
    if (option !== undefined) return refuse(400, `Value of ${option} is not in its list`);
    const isGone = [owner, resolver].some((id) => refusals.goneUsers.has(String(id)));
    return isGone ? refuse(400, 'Attribute owner: there is no such active user') : undefined;
  }

  function create(entity: Entity, sent: Readonly<Record<string, unknown>>): Reply {
    const missing = required[entity].filter((name) => !sent[name]);
    if (missing.length > 0) return refuse(400, `Attribute ${missing.join(', ')} is required`);
    if (Buffer.byteLength(String(sent['description'])) > maxDescriptionLength)
      return refuse(400, 'Description is too long');
    const { person } = sent;
    if (entity !== 'person' && !records.person.has(Number(person)))
      return refuse(400, `Person ${person} does not exist`);
    if (sent['extId'] !== undefined && byExternalId(entity, String(sent['extId'])))
      return refuse(400, 'extId is not unique');
    const { customFields: _, ...record } = sent;
    return { status: 201, body: { success: 'true', data: { id: records[entity].add(asWritten(record)).id } } };
  }

  function change(found: StoredRecord, { participants = [], ...sent }: Readonly<Record<string, unknown>>): void {
    // What has no id is added.
    const added: readonly unknown[] = [...Object(participants)].map(({ person }) => person);
    if (added.length > 0) Object.assign(found, { participants: [...Object(found['participants'] ?? []), ...added] });
    const custom = { ...Object(found['customFields'] ?? {}), ...Object(sent['customFields'] ?? {}) };
    Object.assign(found, asWritten(sent), Object.keys(custom).length > 0 && { customFields: custom });
  }

  function list(entity: Entity, query: URLSearchParams): Reply {
    const email = query.get('contactInfo.email[LIKE_NOCASE]');
    const fulltext = query.get('fulltext');
    const found = records[entity].list((record) => {
      const info = Object(record['contactInfo'] ?? {});
      if (query.has('rowInfo.createdAt[LT]')) return false;
      if (email !== null) return like(email).test(String(info.email ?? ''));
      return fulltext !== null && JSON.stringify(record).includes(fulltext);
    });
    return { status: 200, body: { success: 'true', totalCount: found.length, data: found.map(withoutExternalIds) } };
  }

  const byExternalId = (entity: Entity, extId: string | undefined) =>
    records[entity].find(({ extIds }) => Array.isArray(extIds) && extIds.includes(extId));

  return { ...server, secret: JSON.stringify(credentials), refusals, instance, records, violations };
}

const isEntity = (name: string): name is Entity => name in required;
const ok = (data: unknown): Reply => ({ status: 200, body: { success: 'true', data } });
const refuse = (status: number, message: string): Reply => ({ status, body: { success: false, message } });
const withoutExternalIds = ({ extIds: _, ...record }: StoredRecord) => record;
const like = (pattern: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('%', '.*')
      .replaceAll('_', '.')}$`,
    'i',
  );

/** A country is written as a code, and read in words. */
function asWritten(sent: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { country } = Object(sent['privateAddress'] ?? {});
  if (country === undefined) return { ...sent };
  return {
    ...sent,
    privateAddress: { ...Object(sent['privateAddress']), country: `Country ${country}`, countryCode: country },
  };
}

function beyondContract({ method, path, body, query }: Received): readonly string[] {
  const sent = Object(body);
  const times = [sent.scheduledFrom, sent.scheduledTill, sent.completed, sent.deadline].filter(Boolean);
  const isNew = method === 'PUT' && /\/(event|task)\/$/.test(path);
  const country = sent.privateAddress?.country;
  const wrong: readonly (readonly [boolean, string])[] = [
    [!path.endsWith('/'), 'a path without its last slash'],
    [isNew && !String(sent.extId).startsWith('smartsupp:'), 'a record that cannot be found again'],
    [isNew && !(Number.isSafeInteger(sent.owner) && Number.isSafeInteger(sent.person)), 'an id that is no number'],
    [times.some((at) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/.test(at)), 'a time in another form'],
    [country !== undefined && !/^[A-Z]{2}$/.test(country), 'a country that is no code'],
    [[...query.values()].includes(''), 'a look-up by nothing'],
    [method === 'PUT' && 'customFields' in sent, 'custom fields that a new record does not take'],
  ];
  return wrong.filter(([applies]) => applies).map(([, what]) => `${method} ${path}: ${what}`);
}
