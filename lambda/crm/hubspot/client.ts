import type { AdapterDeps } from '../http/adapter-deps.ts';
import { type Answer, allPages, hasId } from '../http/answer.ts';
import { tokenFrom } from '../http/credentials.ts';
import {
  isBatchAnswer,
  isPageOfAssociations,
  isPageOfIds,
  isPageOfNames,
  isPageOfStored,
  isWithAssociations,
  type ObjectType,
  refusedIn,
  retryDelay,
  type Stored,
  type Values,
  version,
} from './answers.ts';
import { createAll, maxPerBatch, type NewObject, updateAll } from './batches.ts';

/** Keeps an answer with bodies below a few megabytes. */
const maxBodiesPerBatch = 25;

/** With `IN`, values in lower case (https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm). */
export type Filter = { readonly propertyName: string; readonly operator: 'IN'; readonly values: readonly string[] };

export type HubspotClient = ReturnType<typeof createHubspotClient>;

/**
 * https://developers.hubspot.com/docs/api-reference/latest/crm/understanding-the-crm. A batch of one costs no more.
 * `associations` and `propertiesWithHistory` are required even if empty.
 */
export function createHubspotClient(baseUrl: string, { http, secret }: Pick<AdapterDeps, 'http' | 'secret'>) {
  const call = http.api({
    vendor: 'HubSpot',
    baseUrl,
    headers: async () => ({ authorization: `Bearer ${tokenFrom(await secret(), 'HubSpot')}` }),
    retryDelay,
    refusedIn,
  });
  const pathOf = (type: ObjectType, ...rest: readonly string[]) => ['crm', 'objects', version, type, ...rest];

  /**
   * Returns the objects in any order, without those that are gone (HubSpot answers 207) or archived. `idProperty`
   * defaults to the id.
   */
  async function read(
    type: ObjectType,
    ids: readonly string[],
    properties: readonly string[],
    options: { readonly idProperty?: string; readonly bodies?: boolean } = {},
  ): Promise<readonly Stored[]> {
    const { idProperty, bodies = false } = options;
    const size = bodies ? maxBodiesPerBatch : maxPerBatch;
    const found: Stored[] = [];
    for (let from = 0; from < ids.length; from += size) {
      const answer = await call({
        operation: `read the ${type}`,
        method: 'POST',
        path: pathOf(type, 'batch', 'read'),
        body: {
          ...(idProperty !== undefined && { idProperty }),
          properties,
          propertiesWithHistory: [],
          inputs: ids.slice(from, from + size).map((id) => ({ id })),
        },
        readsOnly: true,
      });
      found.push(...answer.as(isBatchAnswer).results.filter(({ archived }) => archived !== true));
    }
    return found;
  }

  /**
   * At most 5 filters, in a body of at most 3,000 characters. Lags behind writes by seconds
   * (https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm).
   */
  async function searchContacts(filters: readonly Filter[], properties: readonly string[]): Promise<readonly Stored[]> {
    const found: Stored[] = [];
    for (let after: string | undefined = '0'; after !== undefined; ) {
      const answer: Answer = await call({
        operation: 'search for the contact',
        method: 'POST',
        path: pathOf('contacts', 'search'),
        body: {
          filterGroups: filters.map((filter) => ({ filters: [filter] })),
          properties,
          sorts: ['createdate'],
          limit: maxPerBatch,
          after,
        },
        readsOnly: true,
      });
      const { results, paging } = answer.as(isPageOfStored);
      found.push(...results);
      after = results.length === 0 ? undefined : paging?.next?.after;
    }
    return found;
  }

  /** @returns false if it is gone */
  async function update(type: ObjectType, id: string, properties: Values): Promise<boolean> {
    const answer = await call({
      operation: `update the ${type}`,
      method: 'PATCH',
      path: pathOf(type, id),
      body: { properties },
      expected: [404],
    });
    if (answer.status === 404) return false;
    answer.as(hasId(id));
    return true;
  }

  /** Moves it to the recycle bin; succeeds if it is already there. */
  async function remove(type: ObjectType, id: string): Promise<void> {
    const path = pathOf(type, id);
    await call({ operation: `delete the ${type}`, method: 'DELETE', path, expected: [404], answer: 'nothing' });
  }

  /** Reads the record, because HubSpot's search lags behind writes by seconds. */
  async function idsOn(contactId: string, type: ObjectType): Promise<readonly string[]> {
    const answer = await call({
      operation: `list the contact's ${type}`,
      method: 'GET',
      path: pathOf('contacts', contactId),
      query: { associations: type },
    });
    const page = answer.as(isWithAssociations).associations?.[type];
    if (page?.paging?.next) return allIdsOn(contactId, type);
    // HubSpot repeats an id for every association label.
    return [...new Set(page?.results.map(({ id }) => id))];
  }

  async function allIdsOn(contactId: string, type: ObjectType): Promise<readonly string[]> {
    const path = pathOf('contacts', contactId, 'associations', type);
    const pages = await listAll(`list the contact's ${type}`, path, (answer) => answer.as(isPageOfAssociations));
    return [...new Set(pages.map(({ toObjectId }) => String(toObjectId)))];
  }

  async function contactProperties(): Promise<readonly string[]> {
    const path = ['crm', 'properties', version, 'contacts'];
    const answer = await call({ operation: "list the contacts' properties", method: 'GET', path });
    return answer.as(isPageOfNames).results.map(({ name }) => name);
  }

  async function ownerIds(): Promise<readonly string[]> {
    const path = ['crm', 'owners', version];
    return (await listAll('list the owners', path, (answer) => answer.as(isPageOfIds))).map(({ id }) => id);
  }

  const listAll = <Item>(
    operation: string,
    path: readonly string[],
    pageOf: (answer: Answer) => {
      readonly results: readonly Item[];
      readonly paging?: { readonly next?: { readonly after: string } };
    },
  ): Promise<readonly Item[]> =>
    allPages(async (after?: string) => {
      const query = { limit: '500', ...(after !== undefined && { after }) };
      const { results, paging } = pageOf(await call({ operation, method: 'GET', path, query }));
      return { items: results, next: results.length === 0 ? undefined : paging?.next?.after };
    });

  /** @throws CrmError of kind `credentials` if the scope is missing, which HubSpot checks before the id 0 */
  async function tryWriting(type: ObjectType): Promise<void> {
    const path = pathOf(type, '0');
    const body = { properties: {} };
    const answer = await call({ operation: `write ${type}`, method: 'PATCH', path, body, expected: [400, 404] });
    if (answer.status < 300) answer.as(hasId('0'));
  }

  return {
    call,
    read,
    searchContacts,
    create: (type: ObjectType, objects: readonly NewObject[]) => createAll(call, type, objects),
    updateContacts: (objects: Parameters<typeof updateAll>[2]) => updateAll(call, 'contacts', objects),
    update,
    remove,
    idsOn,
    contactProperties,
    ownerIds,
    tryWriting,
  };
}
