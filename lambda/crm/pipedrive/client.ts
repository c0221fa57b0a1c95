import { type Answer, allPages, type JsonObject } from '../http/answer.ts';
import type { CallApi } from '../http/http.ts';
import type { Call } from '../http/request.ts';
import {
  isDone,
  isFoundMany,
  isMany,
  isManyFields,
  isManyLeads,
  isOne,
  isOneLead,
  isOneWith,
  nextCursor,
  nextStart,
  type WithId,
} from './answers.ts';

/** 404: never existed, 410: deleted (https://pipedrive.readme.io/docs/core-api-concepts-http-status-codes). */
export const gone = [404, 410];
/** The most ids per request. */
const personsPerPage = 100;
/** Keeps an answer with bodies of up to 100 kB below a few megabytes. */
const notesPerPage = 50;

export type PipedriveClient = ReturnType<typeof createPipedriveClient>;

/** Pipedrive's API (https://developers.pipedrive.com/docs/api/v1): v2, and v1 for notes, leads and users. */
export function createPipedriveClient(call: CallApi) {
  const v1 = ['v1'];
  const v2 = ['api', 'v2'];

  /** The index may lag. Unless `exact`, also parts of values match. */
  async function searchPersons(term: string, fields: 'email' | 'phone' | 'custom_fields', exact: boolean) {
    const query = { term, fields, ...(exact && { exact_match: 'true' }), limit: String(personsPerPage) };
    const found = await listAll(
      { operation: 'search for the person', path: [...v2, 'persons', 'search'], query },
      (answer) => answer.as(isFoundMany).data.items,
      nextCursor,
    );
    return found.map(({ item }) => item);
  }

  /** Undefined if deleted (still returned for 30 days) or merged. */
  async function readPerson(id: string): Promise<WithId | undefined> {
    const path = [...v2, 'persons', id];
    const answer = await call({ operation: 'read the person', method: 'GET', path, expected: gone });
    if (gone.includes(answer.status)) return undefined;
    const { data } = answer.as(isOne);
    return data['is_deleted'] === true ? undefined : data;
  }

  async function readPersons(ids: readonly string[]): Promise<readonly WithId[]> {
    const found: WithId[] = [];
    for (let from = 0; from < ids.length; from += personsPerPage) {
      const some = ids.slice(from, from + personsPerPage);
      const query = { ids: some.join(), limit: String(personsPerPage) };
      const answer = await call({ operation: 'read the persons', method: 'GET', path: [...v2, 'persons'], query });
      found.push(...(answer.as(isMany).data ?? []));
    }
    return found.filter((person) => person['is_deleted'] !== true);
  }

  async function createPerson(body: JsonObject): Promise<string> {
    const path = [...v2, 'persons'];
    return idIn(await call({ operation: 'create the person', method: 'POST', path, body }));
  }

  async function updatePerson(id: string, body: JsonObject): Promise<void> {
    const path = [...v2, 'persons', id];
    (await call({ operation: 'update the person', method: 'PATCH', path, body })).as(isOneWith(id));
  }

  async function createNote(body: JsonObject): Promise<string> {
    const path = [...v1, 'notes'];
    return idIn(await call({ operation: 'create the note', method: 'POST', path, body }));
  }

  /** @returns false if the note is gone; Pipedrive may still return a deleted one, as not active */
  async function updateNote(id: string, body: JsonObject): Promise<boolean> {
    const path = [...v1, 'notes', id];
    const answer = await call({ operation: 'update the note', method: 'PUT', path, body, expected: gone });
    return isActiveNote(answer, id);
  }

  async function deleteNote(id: string): Promise<void> {
    const path = [...v1, 'notes', id];
    const answer = await call({ operation: 'delete the note', method: 'DELETE', path, expected: gone });
    if (!gone.includes(answer.status)) answer.as(isDone);
  }

  async function hasNote(id: string): Promise<boolean> {
    const path = [...v1, 'notes', id];
    return isActiveNote(await call({ operation: 'read the note', method: 'GET', path, expected: gone }), id);
  }

  function notesOf(personId: string, since: Date): Promise<readonly WithId[]> {
    const start_date = since.toISOString().slice(0, 10);
    const query = { person_id: personId, sort: 'id DESC', limit: String(notesPerPage), start_date };
    return listAll(
      { operation: "list the person's notes", path: [...v1, 'notes'], query },
      (answer) => answer.as(isMany).data ?? [],
      nextStart,
    );
  }

  async function createActivity(body: JsonObject): Promise<string> {
    const path = [...v2, 'activities'];
    return idIn(await call({ operation: 'create the task', method: 'POST', path, body }));
  }

  function activitiesOf(personId: string, since: Date): Promise<readonly WithId[]> {
    const updated_since = `${since.toISOString().slice(0, 19)}Z`;
    const query = { person_id: personId, updated_since, sort_by: 'id', sort_direction: 'desc', limit: '100' };
    return listAll(
      { operation: "list the person's tasks", path: [...v2, 'activities'], query },
      (answer) => answer.as(isMany).data ?? [],
      nextCursor,
    );
  }

  async function createLead(body: JsonObject): Promise<string> {
    const answer = await call({ operation: 'create the lead', method: 'POST', path: [...v1, 'leads'], body });
    return answer.as(isOneLead).data.id;
  }

  function leadsOf(personId: string) {
    return listAll(
      { operation: "list the person's leads", path: [...v1, 'leads'], query: { person_id: personId, limit: '100' } },
      (answer) => answer.as(isManyLeads).data ?? [],
      nextStart,
    );
  }

  /** The API's names; 40 hexadecimal digits for a custom field. */
  async function personFields(): Promise<readonly string[]> {
    const fields = await listAll(
      { operation: "list the persons' fields", path: [...v2, 'personFields'], query: { limit: '500' } },
      (answer) => answer.as(isManyFields).data,
      nextCursor,
    );
    return fields.map(({ field_code }) => field_code);
  }

  async function activeUsers(): Promise<readonly string[]> {
    const answer = await call({ operation: 'list the users', method: 'GET', path: [...v1, 'users'] });
    const users = answer.as(isMany).data ?? [];
    return users.filter((user) => user['active_flag'] !== false).map(({ id }) => String(id));
  }

  async function tryFollowUps(kind: 'activities' | 'leads'): Promise<void> {
    const path = kind === 'leads' ? [...v1, kind] : [...v2, kind];
    const answer = await call({ operation: `list ${kind}`, method: 'GET', path, query: { limit: '1' } });
    if (kind === 'leads') answer.as(isManyLeads);
    else answer.as(isMany);
  }

  const listAll = <Item>(
    first: Pick<Call, 'operation' | 'path' | 'query'>,
    itemsIn: (answer: Answer) => readonly Item[],
    nextIn: (body: unknown) => Call['query'],
  ): Promise<readonly Item[]> =>
    allPages(async (next?: Call['query']) => {
      const answer = await call({ ...first, method: 'GET', query: { ...first.query, ...next } });
      const items = itemsIn(answer);
      return { items, next: items.length === 0 ? undefined : nextIn(answer.body) };
    });

  return {
    searchPersons,
    readPerson,
    readPersons,
    createPerson,
    updatePerson,
    createNote,
    updateNote,
    deleteNote,
    hasNote,
    notesOf,
    createActivity,
    activitiesOf,
    createLead,
    leadsOf,
    personFields,
    activeUsers,
    tryFollowUps,
  };
}

const isActiveNote = (answer: Answer, id: string) =>
  !gone.includes(answer.status) && answer.as(isOneWith(id)).data['active_flag'] !== false;

const idIn = (answer: Answer) => String(answer.as(isOne).data.id);
