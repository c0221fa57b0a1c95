import { fileIn, type StoredFile } from './fake-files.ts';
import { inputOf, type PipedriveStore, refuse, sanitised, tooLarge, type Values } from './fake-pipedrive-store.ts';
import type { Received, Reply } from './fake-server.ts';
import type { Refusals } from './refusals.ts';

export type PipedriveData = {
  readonly users?: readonly string[];
  readonly customFields?: readonly string[];
  readonly perPage?: number;
};

/** v2 for persons and activities, v1 for notes, leads, files and users. */
export function createPipedriveRoutes(
  store: PipedriveStore,
  { users = ['1'], customFields = [], perPage = 100 }: PipedriveData,
  refusals: Refusals,
): (request: Received) => Reply {
  return (request) => {
    const { method, path } = request;
    if (/\/files(?:\/|$)/.test(path)) return routeFiles(request);
    const [, version, type = '', id] = /^\/(v1|api\/v2)\/(\w+)(?:\/(\w[\w-]*))?$/.exec(path) ?? [];
    switch (`${method} ${version}/${type}${id === undefined ? '' : id === 'search' ? '/search' : '/id'}`) {
      case 'GET api/v2/persons/search':
        return searchPage(request);
      case 'GET api/v2/persons':
        return personsById(request);
      case 'POST api/v2/persons':
        return writePerson(inputOf(request), (values) => store.persons.add(values));
      case 'GET api/v2/persons/id':
        return found(store.persons.get(Number(id)), 'Person');
      case 'PATCH api/v2/persons/id':
        return changePerson(Number(id), inputOf(request));
      case 'GET api/v2/personFields':
        return ok(['name', 'emails', 'phones', 'job_title', ...customFields].map(fieldNamed));
      case 'GET v1/notes':
        return paged(request, notesFor(request));
      case 'POST v1/notes':
        return createNote(inputOf(request));
      case 'GET v1/notes/id':
        return found(store.notes.get(Number(id)), 'Note');
      case 'PUT v1/notes/id':
        return changeNote(Number(id), inputOf(request));
      case 'DELETE v1/notes/id':
        return store.notes.delete(Number(id)) ? ok(true) : refuse(404, 'Note not found');
      case 'POST api/v2/activities':
        return refusedOwner(inputOf(request)) ?? ok(store.activities.add(inputOf(request)));
      case 'GET api/v2/activities':
        return listActivities(request);
      case 'POST v1/leads':
        return (
          refusedOwner(inputOf(request)) ?? {
            status: 201,
            body: { success: true, data: store.leads.add(inputOf(request)) },
          }
        );
      case 'GET v1/leads':
        return paged(request, ofPerson(request, store.leads.list()));
      case 'GET v1/users':
        return ok(users.map((each) => ({ id: Number(each), name: 'A user', active_flag: true })));
      default:
        return refuse(404, 'Unknown method');
    }
  };

  /** `exact_match` compares whole values without minding case, otherwise a part is enough. */
  function search({ query }: Received): readonly object[] {
    const term = (query.get('term') ?? '').toLowerCase();
    const fits = (text: string) => (query.get('exact_match') === 'true' ? text === term : text.includes(term));
    const there = store.persons.list(({ is_deleted: gone }) => gone !== true);
    return there
      .map(({ id, name, emails, phones, custom_fields: custom }) => ({
        ...{ id, type: 'person', name, visible_to: 3, owner: { id: 1 }, notes: [] },
        emails: valuesOf(emails),
        phones: valuesOf(phones),
        custom_fields: Object.values(Object(custom)).map(String),
      }))
      .filter((item) => {
        const texts = { email: item.emails, phone: item.phones, custom_fields: item.custom_fields };
        const [, searched = []] = Object.entries(texts).find(([name]) => name === query.get('fields')) ?? [];
        return searched.some((text) => fits(text.toLowerCase()));
      })
      .map((item) => ({ result_score: 0.5, item }));
  }

  function searchPage(request: Received): Reply {
    const limit = Number(request.query.get('limit') ?? '100');
    const { page, next } = byCursor(request, search(request), limit);
    return { status: 200, body: { success: true, data: { items: page }, additional_data: next } };
  }

  /** No more than 100 at once. */
  function personsById({ query }: Received): Reply {
    const ids = (query.get('ids') ?? '').split(',');
    if (ids.length > 100) return refuse(400, 'Too many ids');
    return ok(
      ids.flatMap((each) => store.persons.get(Number(each)) ?? []).slice(0, Number(query.get('limit') ?? '100')),
    );
  }

  function writePerson(values: Values, write: (values: Values) => object): Reply {
    const custom = Object.keys(Object(values['custom_fields']));
    const unknown = custom.filter((name) => !customFields.includes(name) || refusals.deletedFields.has(name));
    // https://github.com/pipedrive/client-nodejs/issues/651
    const refusal = unknown.map((name) => `${name}: Parameter '${name}' is not allowed for this request`);
    if (refusal.length > 0) return refuse(400, `Validation failed: ${refusal.join('; ')}`);
    const option = custom.find((name) => refusals.dropdowns.has(name));
    if (option !== undefined) return refuse(400, `Invalid value for the custom field ${option}`);
    return refusedOwner(values) ?? ok(write(values));
  }

  /** https://developers.pipedrive.com/docs/api/v1/Files. */
  function routeFiles({ method, path, form }: Received): Reply {
    const [, personId, fileId] = /^\/v1\/(?:persons\/(\d+)\/files|files(?:\/(\d+))?)$/.exec(path) ?? [];
    const answer = ({ id, name, size, on }: StoredFile) => ({
      id: Number(id),
      name,
      file_size: size,
      person_id: Number(on),
    });
    if (method === 'GET' && personId !== undefined) {
      return paged(
        { query: new URLSearchParams() },
        store.files
          .list(({ on }) => on === personId)
          .map(answer)
          .toReversed(),
      );
    }
    if (method === 'POST' && fileId === undefined) {
      const file = fileIn(form, 'file');
      const on = String(form?.get('person_id'));
      if (file === undefined || !store.persons.has(Number(on))) return refuse(400, 'No file, or no person');
      return { status: 201, body: { success: true, data: answer(store.files.add({ ...file, on })) } };
    }
    const stored = store.files.get(fileId ?? '');
    if (stored === undefined) return refuse(404, 'File not found');
    if (method === 'DELETE') store.files.delete(stored.id);
    return { status: 200, body: { success: true, data: answer(stored) } };
  }

  function refusedOwner({ owner_id: owner }: Values): Reply | undefined {
    return refusals.goneUsers.has(String(owner)) ? refuse(400, 'Owner with the given owner_id not found') : undefined;
  }

  function changePerson(id: number, values: Values): Reply {
    const person = store.persons.get(id);
    if (person === undefined) return refuse(404, 'Person not found');
    return writePerson(values, (changes) => {
      const custom = { ...Object(person['custom_fields']), ...Object(changes['custom_fields']) };
      return Object.assign(person, changes, { custom_fields: custom });
    });
  }

  function createNote(values: Values): Reply {
    const person = store.persons.get(Number(values['person_id']));
    if (person === undefined || person['is_deleted'] === true) return refuse(404, 'Person not found');
    return tooLarge(values['content']) ? refuse(400, 'The note is too long') : ok(store.notes.add(values));
  }

  function changeNote(id: number, { content }: Values): Reply {
    const note = store.notes.get(id);
    if (note === undefined) return refuse(404, 'Note not found');
    if (tooLarge(content)) return refuse(400, 'The note is too long');
    note.content = sanitised(String(content));
    return ok(note);
  }

  function notesFor(request: Received): readonly object[] {
    const since = request.query.get('start_date') ?? '';
    const notes = ofPerson(request, store.notes.list()).filter((note) => note.add_time.slice(0, 10) >= since);
    return request.query.get('sort') === 'id DESC' ? notes.toReversed() : notes;
  }

  /** v2's pages: a cursor that only Pipedrive understands. */
  function listActivities(request: Received): Reply {
    const since = request.query.get('updated_since') ?? '';
    const all = request.query.has('person_id')
      ? ofPerson(request, store.activities.list()).filter(({ update_time: time }) => time >= since)
      : store.activities.list();
    const { page, next } = byCursor(request, all.toReversed(), perPage);
    return { status: 200, body: { success: true, data: page, additional_data: next } };
  }

  /** v1's pages. */
  function paged({ query }: Pick<Received, 'query'>, all: readonly object[]): Reply {
    const start = Number(query.get('start') ?? '0');
    const limit = Math.min(Number(query.get('limit') ?? '100'), perPage);
    const isMore = start + limit < all.length;
    const page = { start, limit, more_items_in_collection: isMore, ...(isMore && { next_start: start + limit }) };
    return {
      status: 200,
      body: { success: true, data: all.slice(start, start + limit), additional_data: { pagination: page } },
    };
  }
}

function byCursor<Item>({ query }: Received, all: readonly Item[], limit: number) {
  const from = Number(Buffer.from(query.get('cursor') ?? '', 'base64url').toString() || '0');
  const cursor = Buffer.from(String(from + limit)).toString('base64url');
  const next = from + limit < all.length ? { next_cursor: cursor } : {};
  return { page: all.slice(from, from + limit), next };
}

const ok = (data: unknown): Reply => ({ status: 200, body: { success: true, data } });

const found = (data: object | undefined, what: string) => (data ? ok(data) : refuse(404, `${what} not found`));

const ofPerson = <Item extends { readonly person_id: number }>({ query }: Received, items: readonly Item[]) =>
  items.filter(({ person_id: id }) => String(id) === query.get('person_id'));

const valuesOf = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.map((each) => String(Object(each).value)) : [];

const fieldNamed = (code: string) => ({
  field_name: code,
  field_code: code,
  field_type: 'varchar',
  is_custom_field: /^[0-9a-f]{40}$/.test(code),
  is_optional_response_field: false,
});
