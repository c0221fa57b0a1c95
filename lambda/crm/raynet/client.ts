import type { AdapterDeps } from '../http/adapter-deps.ts';
import { type Answer, isRecord, type JsonObject } from '../http/answer.ts';
import { badCredentials, fieldsFrom } from '../http/credentials.ts';
import type { CallApi } from '../http/http.ts';
import { CrmError } from '../port/errors.ts';
import {
  isCreated,
  isCustomFields,
  isDetail,
  isList,
  isSuccessOf,
  meantStatus,
  refusedIn,
  type Stored,
  sentenceIn,
} from './answers.ts';

export type Entity = 'person' | 'event' | 'task';

const nameOf: Readonly<Record<Entity, string>> = { person: 'contact', event: 'event', task: 'task' };

/** Raynet answers 429 to a client's fifth connection (https://app.raynetcrm.com/api/doc/index-en.html). */
export const maxConcurrentCalls = 2;

export type RaynetClient = ReturnType<typeof createRaynetClient>;

/** https://app.raynetcrm.com/api/doc/index-en.html: `PUT` creates, `POST` updates. */
export function createRaynetClient(
  { baseUrl, instance }: { readonly baseUrl: string; readonly instance: string },
  { http, secret, now }: Pick<AdapterDeps, 'http' | 'secret' | 'now'>,
) {
  const lockOut = createLockOut(now);
  const call = lockOut.guard(
    http.api({
      vendor: 'Raynet',
      baseUrl,
      headers: async () => {
        const { user, apiKey } = fieldsFrom(await secret(), 'Raynet', ['user', 'apiKey']);
        const authorization = `Basic ${Buffer.from(`${user}:${apiKey}`).toString('base64')}`;
        return { authorization: lockOut.use(authorization), 'x-instance-name': instance };
      },
      refusedIn,
      meantStatus,
      messageIn: ({ body }) => (isRecord(body) && 'translatedMessage' in body ? sentenceIn(body) : body),
      retryDelay: (answer) => retryDelay(answer, now()),
    }),
  );

  async function create(entity: Entity, record: JsonObject): Promise<string> {
    const operation = `create the ${nameOf[entity]}`;
    const answer = await call({ operation, method: 'PUT', path: [entity, ''], body: record });
    return String(answer.as(isCreated).data.id);
  }

  /** @returns false if the record is gone */
  async function update(entity: Entity, id: string, record: JsonObject): Promise<boolean> {
    const answer = await call({
      operation: `update the ${nameOf[entity]}`,
      method: 'POST',
      path: [entity, id, ''],
      body: record,
      expected: [404],
      answer: 'json or nothing',
    });
    if (answer.status === 404) return false;
    proveWrite(answer, id);
    return true;
  }

  /** Undefined if deleted, or merged into another. */
  const read = (entity: Entity, id: string) => detail(entity, [entity, id, '']);

  const readByExternalId = (entity: Entity, externalId: string) => detail(entity, [entity, 'ext', externalId, '']);

  async function detail(entity: Entity, path: readonly string[]): Promise<Stored | undefined> {
    const operation = `read the ${nameOf[entity]}`;
    const answer = await call({ operation, method: 'GET', path, expected: [404] });
    return answer.status === 404 ? undefined : answer.as(isDetail).data;
  }

  async function findContacts(filters: Readonly<Record<string, string>>): Promise<readonly Stored[]> {
    const query = { ...filters, limit: '100', sortColumn: 'id', sortDirection: 'ASC' };
    const answer = await call({ operation: 'find the contact', method: 'GET', path: ['person', ''], query });
    return answer.as(isList).data;
  }

  async function addExternalId(entity: Entity, id: string, extId: string): Promise<void> {
    const path = [entity, id, 'extId', ''];
    const operation = 'add the external id';
    proveWrite(await call({ operation, method: 'PUT', path, body: { extId }, answer: 'json or nothing' }), id);
  }

  /** Succeeds if it is already gone. */
  async function remove(entity: Entity, id: string): Promise<void> {
    const operation = `delete the ${nameOf[entity]}`;
    const path = [entity, id, ''];
    const answer = await call({ operation, method: 'DELETE', path, expected: [404], answer: 'json or nothing' });
    if (answer.status !== 404) proveWrite(answer, id);
  }

  /** By kind of record: `{"Person": [{"name": …}]}`. */
  async function customFields(): Promise<JsonObject> {
    const path = ['customField', 'config', ''];
    const answer = await call({ operation: 'list the custom fields', method: 'GET', path });
    return answer.as(isCustomFields).data;
  }

  return { create, update, read, readByExternalId, findContacts, addExternalId, remove, customFields };
}

/** The body is not documented: if there is one, it must report success, and name no other record. */
function proveWrite(answer: Answer, id: string): void {
  if (answer.body !== '') answer.as(isSuccessOf(id));
}

/** A 429 with nothing remaining lasts until `X-Ratelimit-Reset` (Unix seconds); any other passes in a moment. */
function retryDelay({ status, headers }: Answer, now: Date): number | undefined {
  if (status !== 429 || headers['x-ratelimit-remaining'] !== '0') return undefined;
  const reset = Number(headers['x-ratelimit-reset']) * 1000;
  return Number.isFinite(reset) ? Math.max(reset - now.getTime(), 0) : undefined;
}

/**
 * Raynet blocks an IP address for an hour after 20 wrong logins
 * (https://app.raynetcrm.com/api/doc/index-en.html#section/Wrong-login), which a batch of chats would reach in a
 * minute.
 */
const lockOutMs = 15 * 60 * 1000;

/** Does not retry refused credentials for a while; new ones are tried at once. */
function createLockOut(now: () => Date) {
  let refused: { readonly authorization: string; readonly at: number } | undefined;
  let lastUsed: string | undefined;

  /** @throws CrmError of kind `credentials`, without asking Raynet */
  function use(authorization: string): string {
    if (refused?.authorization === authorization && now().getTime() - refused.at < lockOutMs) {
      throw badCredentials(
        'Raynet refused these credentials recently, so it is not asked again yet. Give the destination valid credentials.',
      );
    }
    lastUsed = authorization;
    return authorization;
  }

  const guard =
    (call: CallApi): CallApi =>
    async (request) => {
      try {
        return await call(request);
      } catch (error) {
        const isRefusal = error instanceof CrmError && error.status === 401;
        if (isRefusal && lastUsed !== undefined) refused = { authorization: lastUsed, at: now().getTime() };
        throw error;
      }
    };

  return { use, guard };
}
