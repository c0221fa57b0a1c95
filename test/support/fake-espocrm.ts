import {
  alike,
  assignmentRefused,
  documentedRole,
  invalid,
  levelIn,
  ownId,
  type Role,
  refusalOf,
  refuse,
  selected,
  strangers,
} from './fake-espocrm-rules.ts';
import {
  createEspocrmFiles,
  createEspocrmStore,
  type Entity,
  type EspocrmStore,
  entities,
  type StoredRecord,
  type Values,
} from './fake-espocrm-store.ts';
import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';
import { createRefusals, type Refusals } from './refusals.ts';

type EspocrmFiles = ReturnType<typeof createEspocrmFiles>;

export type FakeEspocrm = FakeServer &
  EspocrmStore & {
    readonly apiKey: string;
    readonly refusals: Refusals;
    readonly files: EspocrmFiles;
    /** What we should not have asked of EspoCRM, in words. */
    readonly violations: readonly string[];
  };

type Options = {
  readonly users?: readonly string[];
  readonly customFields?: readonly string[];
  readonly role?: Role;
};

const editPeriodMs = 7 * 24 * 60 * 60 * 1000;
const deletePeriodMs = 30 * 24 * 60 * 60 * 1000;

/**
 * EspoCRM 8, as its source has it and as a real one was seen to behave: duplicates by name or address, its own
 * validation, rights, deleted records that only count as gone, posts that may be changed for a week.
 */
export async function startFakeEspocrm(options: Options = {}): Promise<FakeEspocrm> {
  const apiKey = 'd41d8cd98f00b204e9800998ecf8427e';
  const violations: string[] = [];
  const store = createEspocrmStore();
  const refusals = createRefusals();
  const files = createEspocrmFiles(store);
  const route = createRoutes({ ...store, files }, options, refusals, (words) => violations.push(...words));
  const server = await startFakeServer((request) =>
    request.headers['x-api-key'] === apiKey ? route(request) : { status: 401 },
  );
  return { ...server, ...store, apiKey, refusals, violations, files };
}

function createRoutes(
  store: EspocrmStore & { readonly files: EspocrmFiles },
  { users = [], customFields = [], role = documentedRole }: Options,
  refusals: Refusals,
  complain: (words: readonly string[]) => void,
): (request: Received) => Reply {
  return (request) => {
    const { method, path } = request;
    const [type = '', id = '', link] = path.replace('/api/v1/', '').split('/');
    const entity = entities.find((each) => each === type);
    if (path === '/api/v1/App/user') return ok({ user: { id: ownId }, acl: role });
    if (type === 'User') return user(id);
    if (type === 'Metadata') return metadata(request);
    if (type === 'Attachment') return addFile(inputOf(request));
    if (type === 'Note') return id === '' ? createNote(inputOf(request)) : note(method, id, inputOf(request));
    if (entity === undefined) return refuse(404, `Controller '${type}' does not exist.`);
    if (link === 'stream') return stream(request, id);
    if (id !== '') return record(request, entity, id);
    return method === 'POST' ? create(request, entity) : list(request, entity);
  };

  function user(id: string): Reply {
    if (!users.includes(id) || refusals.goneUsers.has(id)) return refuse(404, `Record ${id} does not exist.`);
    if (levelIn(role, 'User', 'read') !== 'all') return refuse(403, "No 'read' access.");
    return ok({ id, isActive: !refusals.inactiveUsers.has(id) });
  }

  /** With `own`, only what is assigned to the user is there. */
  function seen(entity: Entity): readonly StoredRecord[] {
    const level = levelIn(role, entity, 'read');
    return store.there(entity).filter(({ assignedUserId }) => level === 'all' || assignedUserId === ownId);
  }

  function create(request: Received, entity: Entity): Reply {
    if (levelIn(role, entity, 'create') !== 'yes') return refuse(403, 'No create access.');
    const values = inputOf(request);
    complain(strangers(entity, values, customFields));
    const refusal = refusalOf(entity, values, true) ?? refusedValue(entity, values);
    if (refusal !== undefined) return refusal;
    const checks = entity === 'Contact' && request.headers['x-skip-duplicate-check'] !== 'true';
    const duplicates = checks ? alike(values, seen(entity)) : [];
    return duplicates.length > 0 ? refuse(409, 'duplicate', duplicates) : ok(store.add(entity, values));
  }

  function refusedValue(entity: Entity, values: Values): Reply | undefined {
    const option = Object.keys(values).find((name) => entity === 'Contact' && refusals.dropdowns.has(name));
    if (option !== undefined) return invalid(option, 'valid');
    const { assignedUserId } = values;
    return assignmentRefused(role, entity, assignedUserId, refusals.goneUsers.has(String(assignedUserId)));
  }

  function record(request: Received, entity: Entity, id: string): Reply {
    const found = store.read(entity, id);
    if (found === undefined) return refuse(404, `Record ${id} does not exist.`);
    const isSeen = seen(entity).includes(found);
    if (request.method === 'GET') return isSeen ? ok(found) : refuse(403, "No 'read' access.");
    if (!isSeen || levelIn(role, entity, 'edit') === 'no') return refuse(403, 'No edit access.');
    const values = inputOf(request);
    complain([...strangers(entity, values, customFields), ...(Object.keys(values).length === 0 ? ['nothing'] : [])]);
    return refusalOf(entity, values, false) ?? refusedValue(entity, values) ?? ok(Object.assign(found, values));
  }

  function list({ query }: Received, entity: Entity): Reply {
    if (Number(query.get('maxSize')) > 200) return refuse(403, 'Max size should not exceed 200.');
    const unknown = [...query].find(([name, text]) => name.endsWith('[attribute]') && refusals.deletedFields.has(text));
    if (unknown !== undefined) return refuse(400, `Not existing attribute '${unknown[1]}' in where.`);
    if (levelIn(role, entity, 'read') === 'no') return refuse(403, "No 'read' access.");
    const found = selected(query, seen(entity));
    const inOrder = [...found].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    return ok({ total: found.length, list: inOrder.slice(0, Number(query.get('maxSize') ?? '20')) });
  }

  function addFile(values: Values): Reply {
    const added = store.files.add(values);
    return 'id' in added ? ok(added) : refuse(400, added.wrong);
  }

  function createNote(values: Values): Reply {
    const { type, parentType, parentId, post } = values;
    if (type !== 'Post' || parentType !== 'Contact' || typeof post !== 'string') complain(['a post of another kind']);
    // Nobody may post to what is not there.
    if (store.read('Contact', String(parentId)) === undefined) return refuse(403, 'No create access.');
    if (values['attachmentsIds'] !== undefined && !store.files.has(values['attachmentsIds']))
      complain(['no such file']);
    return ok(store.notes.add(values));
  }

  function note(method: string, id: string, values: Values): Reply {
    const found = store.notes.get(id);
    if (found === undefined) return refuse(404, `Record ${id} not found.`);
    // A post of a contact that is gone can be changed and deleted, and not be read.
    const isSeen = store.read('Contact', String(found['parentId'])) !== undefined;
    if (method === 'GET') return isSeen ? ok(found) : refuse(403, "No 'read' access.");
    const age = Date.now() - Date.parse(`${found.createdAt.replace(' ', 'T')}Z`);
    if (method === 'DELETE')
      return age > deletePeriodMs ? refuse(403, 'No delete access.') : ok(store.notes.delete(id));
    return age > editPeriodMs ? refuse(403, 'No edit access.') : ok(Object.assign(found, values));
  }

  function stream({ query }: Received, id: string): Reply {
    if (store.read('Contact', id) === undefined) return refuse(404, 'Record not found.');
    const [offset, maxSize] = [Number(query.get('offset')), Number(query.get('maxSize'))];
    const all = store.notes.list(({ parentId }) => parentId === id).toReversed();
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
