import type { AdapterDeps } from '../http/adapter-deps.ts';
import { type Answer, hasId, isRecord, isTrue, type JsonObject } from '../http/answer.ts';
import { tokenFrom } from '../http/credentials.ts';
import type { Call } from '../http/request.ts';
import { failedField, isAppUser, isPage, isStored, isStoredList, reasonIn, refusedIn, type Stored } from './answers.ts';

export type Where = { readonly type: 'equals' | 'contains'; readonly attribute: string; readonly value: string };
export type Entity = 'Contact' | 'Task' | 'Case';

const maxMatches = 50;

export type EspocrmClient = ReturnType<typeof createEspocrmClient>;

/** https://docs.espocrm.com/development/api/; for the rest, https://github.com/espocrm/espocrm. */
export function createEspocrmClient(baseUrl: string, { http, secret }: Pick<AdapterDeps, 'http' | 'secret'>) {
  const call = http.api({
    vendor: 'EspoCRM',
    baseUrl,
    headers: async () => ({ 'x-api-key': tokenFrom(await secret(), 'EspoCRM') }),
    messageIn: messageOf,
    refusedIn,
  });

  const ask = (request: Call, expected?: (answer: Answer) => boolean): Promise<Answer> =>
    call({ ...request, path: ['api', 'v1', ...(request.path ?? [])], ...(expected !== undefined && { expected }) });

  /** Records that match all of `where`, oldest first. Comparison ignores case. */
  async function find(entity: Entity, where: readonly Where[]): Promise<readonly Stored[]> {
    const filters = where.flatMap(({ type, attribute, value }, at) => [
      [`where[${at}][type]`, type],
      [`where[${at}][attribute]`, attribute],
      [`where[${at}][value]`, value],
    ]);
    const answer = await ask({
      operation: `search for the ${nameOf(entity)}`,
      method: 'GET',
      path: [entity],
      query: { ...Object.fromEntries(filters), orderBy: 'createdAt', order: 'asc', maxSize: String(maxMatches) },
    });
    return answer.as(isPage).list;
  }

  /** Undefined if deleted or merged. An administrator still sees it, as deleted. */
  async function readContact(id: string): Promise<Stored | undefined> {
    const path = ['Contact', id];
    const answer = await ask({ operation: 'read the contact', method: 'GET', path }, is(404));
    if (answer.status === 404) return undefined;
    const contact = answer.as(isStored);
    return contact['deleted'] === true ? undefined : contact;
  }

  /** @returns the new contact's id, or EspoCRM's possible duplicates */
  async function createContact(body: JsonObject): Promise<string | readonly Stored[]> {
    const answer = await ask(
      { operation: 'create the contact', method: 'POST', path: ['Contact'], body },
      (refused) => refused.status === 409 && isStoredList(refused.body),
    );
    return answer.status === 409 ? answer.as(isStoredList) : answer.as(isStored).id;
  }

  async function createAnyway(entity: Entity, body: JsonObject): Promise<Stored> {
    const operation = `create the ${nameOf(entity)}`;
    const headers = { 'x-skip-duplicate-check': 'true' };
    return (await ask({ operation, method: 'POST', path: [entity], body, headers })).as(isStored);
  }

  async function updateContact(id: string, body: JsonObject): Promise<void> {
    const answer = await ask({ operation: 'update the contact', method: 'PUT', path: ['Contact', id], body });
    answer.as(hasId(id));
  }

  async function createPost(contactId: string, post: string, attachmentsIds: readonly string[] = []): Promise<string> {
    const files = attachmentsIds.length > 0 && { attachmentsIds };
    const body = { type: 'Post', post, parentType: 'Contact', parentId: contactId, ...files };
    const answer = await ask({ operation: 'create the post', method: 'POST', path: ['Note'], body });
    return answer.as(isStored).id;
  }

  /** Forbidden (403) if it is too old, except for administrators. */
  async function updatePost(id: string, post: string): Promise<'updated' | 'forbidden' | 'gone'> {
    const answer = await ask(
      { operation: 'update the post', method: 'PUT', path: ['Note', id], body: { post } },
      is(403, 404),
    );
    if (is(403, 404)(answer)) return answer.status === 403 ? 'forbidden' : 'gone';
    answer.as(hasId(id));
    return 'updated';
  }

  async function deletePost(id: string, { mayStay = false } = {}): Promise<void> {
    const isExpected = mayStay ? is(403, 404) : is(404);
    const answer = await ask({ operation: 'delete the post', method: 'DELETE', path: ['Note', id] }, isExpected);
    if (!isExpected(answer)) answer.as(isTrue);
  }

  async function hasPost(id: string): Promise<boolean> {
    const answer = await ask({ operation: 'read the post', method: 'GET', path: ['Note', id] }, is(404));
    return answer.status !== 404 && answer.as(hasId(id))['deleted'] !== true;
  }

  async function streamOf(contactId: string, offset: number, maxSize: number): Promise<readonly Stored[]> {
    const answer = await ask({
      operation: "list the contact's stream",
      method: 'GET',
      path: ['Contact', contactId, 'stream'],
      query: { offset: String(offset), maxSize: String(maxSize) },
    });
    return answer.as(isPage).list;
  }

  async function appUser() {
    return (await ask({ operation: 'tell who we are', method: 'GET', path: ['App', 'user'] })).as(isAppUser);
  }

  /** Also false for a deactivated user, to whom EspoCRM would still assign. */
  async function hasUser(id: string): Promise<boolean> {
    const answer = await ask({ operation: 'read the user', method: 'GET', path: ['User', id] }, is(403, 404));
    // `check` reports the missing right to see users separately.
    if (answer.status === 403) return true;
    return answer.status !== 404 && answer.as(isStored)['isActive'] !== false;
  }

  /** Before EspoCRM 8.2 the answer is all metadata, whatever the `key`. */
  async function contactFields(): Promise<readonly string[]> {
    const query = { key: 'entityDefs.Contact.fields' };
    const answer = await ask({ operation: "list the contacts' fields", method: 'GET', path: ['Metadata'], query });
    const all = answer.as(isRecord);
    return Object.keys([all['entityDefs'], 'Contact', 'fields'].reduce(inside) ?? all);
  }

  return {
    ask,
    find,
    readContact,
    createContact,
    createAnyway,
    updateContact,
    createPost,
    updatePost,
    deletePost,
    hasPost,
    streamOf,
    appUser,
    hasUser,
    contactFields,
  };
}

const is =
  (...statuses: readonly number[]) =>
  ({ status }: Answer) =>
    statuses.includes(status);

const nameOf = (entity: Entity) => entity.toLowerCase();

const inside = (holder: unknown, name: unknown) =>
  isRecord(holder) && typeof name === 'string' ? holder[name] : undefined;

function messageOf({ body, headers }: Answer): unknown {
  const failed = failedField(body);
  if (failed !== undefined) return { message: `The field ${failed.field} is not valid (${failed.type})` };
  const message = headers['x-status-reason'];
  if (message === undefined) return body;
  const { label, data = {} } = reasonIn(body) ?? {};
  const details = Object.values(data).filter((detail) => typeof detail === 'string');
  return { message, ...(label && { code: [label, ...details].join(' ') }) };
}
