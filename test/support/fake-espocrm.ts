import { alike, invalid, refusalOf, refuse, selected, strangers } from './fake-espocrm-rules.ts';
import { createEspocrmStore, type Entity, type EspocrmStore, entities, type Values } from './fake-espocrm-store.ts';
import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import { createRefusals, type Refusals } from './refusals.ts';

export type FakeEspocrm = FakeServer &
  EspocrmStore & {
    readonly apiKey: string;
    readonly refusals: Refusals;
    /** What we should not have asked of EspoCRM, in words. */
    readonly violations: readonly string[];
  };

type Options = {
  readonly users?: readonly string[];
  readonly customFields?: readonly string[];
  /** What the API user's roles allow, by entity; by default everything. */
  readonly rights?: Readonly<Record<string, Readonly<Record<string, string>> | boolean>>;
};

const editPeriodMs = 7 * 24 * 60 * 60 * 1000;
const ownId = 'api-user-1';

/**
 * EspoCRM 8, as its source has it and as a real one was seen to behave: duplicates by name or address, its own
 * validation, deleted records that only count as gone, posts that may be changed for a week.
 */
export async function startFakeEspocrm(options: Options = {}): Promise<FakeEspocrm> {
  const apiKey = 'd41d8cd98f00b204e9800998ecf8427e';
  const violations: string[] = [];
  const store = createEspocrmStore();
  const refusals = createRefusals();
  const route = createRoutes(store, options, refusals, (words) => violations.push(...words));
  const server = await startFakeServer((request) =>
    request.headers['x-api-key'] === apiKey ? route(request) : { status: 401 },
  );
  return { ...server, ...store, apiKey, refusals, violations };
}

function createRoutes(
  store: EspocrmStore,
  { users = [], customFields = [], rights = {} }: Options,
  refusals: Refusals,
  complain: (words: readonly string[]) => void,
): (request: Received) => Reply {
  return (request) => {
    const { method, path } = request;
    const [type = '', id = '', link] = path.replace('/api/v1/', '').split('/');
    const entity = entities.find((each) => each === type);
    if (path === '/api/v1/App/user') return ok({ user: { id: ownId }, acl: { table: rights } });
    if (type === 'User') return users.includes(id) ? ok({ id }) : refuse(404, 'Record does not exist.');
    if (type === 'Metadata') return metadata(request);
    if (type === 'Note') return id === '' ? createNote(inputOf(request)) : note(method, id, inputOf(request));
    if (entity === undefined) return refuse(404, `Controller '${type}' does not exist.`);
    if (link === 'stream') return stream(request, id);
    if (id !== '') return record(request, entity, id);
    return method === 'POST' ? create(request, entity) : list(request, entity);
  };

  function create(request: Received, entity: Entity): Reply {
    const values = inputOf(request);
    complain(strangers(entity, values, customFields));
    const refusal = refusalOf(entity, values, true) ?? refusedValue(entity, values);
    if (refusal !== undefined) return refusal;
    const checks = entity === 'Contact' && request.headers['x-skip-duplicate-check'] !== 'true';
    const duplicates = checks ? alike(values, store.there(entity)) : [];
    return duplicates.length > 0 ? refuse(409, 'duplicate', duplicates) : ok(store.add(entity, values));
  }

  function refusedValue(entity: Entity, values: Values): Reply | undefined {
    const option = Object.keys(values).find((name) => entity === 'Contact' && refusals.dropdowns.has(name));
    if (option !== undefined) return invalid(option, 'valid');
    return refusals.goneUsers.has(String(values['assignedUserId']))
      ? refuse(403, 'Assignment failure: assigned user or team not allowed.')
      : undefined;
  }

  function record(request: Received, entity: Entity, id: string): Reply {
    const found = store.read(entity, id);
    if (found === undefined) return refuse(404, `Record ${id} does not exist.`);
    if (request.method === 'GET') return ok(found);
    const values = inputOf(request);
    complain([...strangers(entity, values, customFields), ...(Object.keys(values).length === 0 ? ['nothing'] : [])]);
    return refusalOf(entity, values, false) ?? refusedValue(entity, values) ?? ok(Object.assign(found, values));
  }

  function list({ query }: Received, entity: Entity): Reply {
    if (Number(query.get('maxSize')) > 200) return refuse(403, 'Max size should not exceed 200.');
    const unknown = [...query].find(([name, text]) => name.endsWith('[attribute]') && refusals.deletedFields.has(text));
    if (unknown !== undefined) return refuse(400, `Not existing attribute '${unknown[1]}' in where.`);
    const found = selected(query, store.there(entity));
    const inOrder = [...found].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    return ok({ total: found.length, list: inOrder.slice(0, Number(query.get('maxSize') ?? '20')) });
  }

  function createNote(values: Values): Reply {
    const { type, parentType, parentId, post } = values;
    if (type !== 'Post' || parentType !== 'Contact' || typeof post !== 'string') complain(['a post of another kind']);
    // Nobody may post to what is not there.
    if (store.read('Contact', String(parentId)) === undefined) return refuse(403, 'No create access.');
    return ok(store.addNote(values));
  }

  function note(method: string, id: string, values: Values): Reply {
    const found = store.notes.get(id);
    if (found === undefined) return refuse(404, `Record ${id} not found.`);
    if (method === 'GET') return ok(found);
    if (method === 'DELETE') return ok(store.notes.delete(id));
    const age = Date.now() - Date.parse(`${found.createdAt.replace(' ', 'T')}Z`);
    return age > editPeriodMs ? refuse(403, 'No edit access.') : ok(Object.assign(found, values));
  }

  function stream({ query }: Received, id: string): Reply {
    if (store.read('Contact', id) === undefined) return refuse(404, 'Record not found.');
    const [offset, maxSize] = [Number(query.get('offset')), Number(query.get('maxSize'))];
    const all = [...store.notes.values()].filter(({ parentId }) => parentId === id).toReversed();
    return ok({ total: all.length, list: all.slice(offset, offset + maxSize) });
  }

  function metadata({ query }: Received): Reply {
    if (query.get('key') !== 'entityDefs.Contact.fields') return refuse(404, 'No metadata.');
    const names = ['name', 'firstName', 'lastName', 'emailAddress', 'phoneNumber', 'account', ...customFields];
    return ok(Object.fromEntries(names.map((name) => [name, { type: 'varchar' }])));
  }
}

const ok = (body: unknown): Reply => ({ status: 200, body });

const inputOf = ({ body }: Received): Values => (typeof body === 'object' && body !== null ? { ...body } : {});
