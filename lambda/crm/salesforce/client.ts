import type { AdapterDeps } from '../http/adapter-deps.ts';
import { allPages, type JsonObject } from '../http/answer.ts';
import { fieldsFrom, requestToken, withAccessToken } from '../http/credentials.ts';
import { bisect, fulfilled, rejected } from '../port/batch.ts';
import {
  fullId,
  isDescription,
  isGone,
  isQueryPage,
  isRecords,
  isSaveResults,
  type QueryPage,
  RefusedRecord,
  refusedIn,
  retryDelay,
} from './answers.ts';

const vendor = 'Salesforce';
const version = 'v65.0';
/** Sessions last two hours by default; a 401 reports one that ended sooner. */
const tokenLifeMs = 60 * 60 * 1000;
/** "The list can contain up to 200 objects" (…/guide/resources-composite-sobjects-collections-create.html). */
export const maxPerCall = 200;
/** Ignores duplicate rules that only alert, not those that block (…/guide/headers-duplicaterules.html). */
const allowDuplicateAlerts = { 'sforce-duplicate-rule-header': 'allowSave=true' };

export type Values = Readonly<Record<string, unknown>>;
export type ObjectType = 'Contact' | 'Task' | 'Case' | 'ContentVersion';
export type SalesforceClient = ReturnType<typeof createSalesforceClient>;

/** https://developer.salesforce.com/docs/platform/api-rest/guide/. SOQL sees every write at once. */
export function createSalesforceClient(
  baseUrl: string,
  { http, secret, token }: Pick<AdapterDeps, 'http' | 'secret' | 'token'>,
) {
  const call = http.api({ vendor, baseUrl, ...withAccessToken(token, makeToken), retryDelay, refusedIn });
  const path = (...segments: readonly string[]) => ['services', 'data', version, ...segments];

  /**
   * Needs the My Domain host
   * (https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm).
   */
  async function makeToken() {
    const { clientId, clientSecret } = fieldsFrom(await secret(), vendor, ['clientId', 'clientSecret']);
    return requestToken(http, {
      vendor,
      url: new URL('/services/oauth2/token', baseUrl).href,
      form: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
      validForMs: tokenLifeMs,
    });
  }

  const query = (operation: string, soql: string) => queryFor(isRecords, operation, soql);
  const queryRows = (operation: string, soql: string) => queryFor(isQueryPage, operation, soql);

  const queryFor = <Row extends JsonObject>(
    isPage: (value: unknown) => value is QueryPage<Row>,
    operation: string,
    soql: string,
  ): Promise<readonly Row[]> =>
    allPages(async (url?: string) => {
      const request = url === undefined ? { path: path('query'), query: { q: soql } } : { path: segmentsOf(url) };
      const { records, nextRecordsUrl } = (await call({ operation, method: 'GET', ...request })).as(isPage);
      return { items: records, next: nextRecordsUrl };
    });

  const create = (operation: string, type: ObjectType, records: readonly Values[]) =>
    save(operation, 'POST', type, records);

  const update = (operation: string, type: ObjectType, records: readonly Values[]) =>
    save(operation, 'PATCH', type, records);

  /**
   * @returns the records' ids, and a `RefusedRecord` for each refused one. One value of a wrong type refuses them all.
   */
  const save = (operation: string, method: 'POST' | 'PATCH', type: ObjectType, all: readonly Values[]) =>
    bisect(all, (records) => saveAll(operation, method, type, records), {
      hasField: (values, field) => Object.hasOwn(values, field),
    });

  async function saveAll(
    operation: string,
    method: 'POST' | 'PATCH',
    type: ObjectType,
    records: readonly Values[],
  ): Promise<readonly PromiseSettledResult<string>[]> {
    const answer = await call({
      operation,
      method,
      path: path('composite', 'sobjects'),
      headers: allowDuplicateAlerts,
      body: { allOrNone: false, records: records.map((values) => ({ attributes: { type }, ...values })) },
    });
    const ids = records.map(({ id }) => (typeof id === 'string' ? fullId(id) : undefined));
    return answer
      .as(isSaveResults(ids))
      .map((result) => (result.success ? fulfilled(result.id) : rejected(new RefusedRecord(answer, result.errors[0]))));
  }

  /** Succeeds if it is already deleted. */
  async function remove(operation: string, id: string): Promise<void> {
    const answer = await call({
      operation,
      method: 'DELETE',
      path: path('composite', 'sobjects'),
      query: { ids: id, allOrNone: 'false' },
    });
    const [result] = answer.as(isSaveResults([fullId(id)]));
    const refusal = result?.success === false ? new RefusedRecord(answer, result.errors[0]) : undefined;
    if (refusal !== undefined && !isGone(refusal)) throw refusal;
  }

  async function describe(type: ObjectType) {
    const operation = `describe ${type}`;
    const answer = await call({ operation, method: 'GET', path: path('sobjects', type, 'describe') });
    return answer.as(isDescription);
  }

  return { query, queryRows, create, update, remove, describe };
}

export const isIn = (field: string, values: readonly string[]): readonly string[] =>
  values.length === 0 ? [] : [`${field} IN (${values.map(quoted).join(',')})`];

/** https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */
export const quoted = (value: string) => `'${value.replace(/[\\'"\n\r\t\b\f]/g, (found) => escapes[found] ?? '')}'`;

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

const segmentsOf = (url: string) => url.split('/').filter(Boolean);
