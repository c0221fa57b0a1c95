import type { AdapterDeps } from '../http/adapter-deps.ts';
import { type Answer, allPages } from '../http/answer.ts';
import { fieldsFrom, requestToken, withAccessToken } from '../http/credentials.ts';
import type { Call } from '../http/request.ts';
import { bisect, fulfilled, rejected } from '../port/batch.ts';
import {
  createdFrom,
  idFrom,
  isFieldList,
  isGone,
  isPage,
  isResult,
  isResults,
  isUserList,
  itemRefusal,
  type Result,
  refusedIn,
  type ZohoRecord,
} from './answers.ts';

const vendor = 'Zoho CRM';
/** "Each access token is valid for one hour" (https://www.zoho.com/crm/developer/docs/api/v8/token-validity.html). */
const tokenLifeMs = 60 * 60 * 1000;
/** One API credit pays for 200 records (https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html). */
const recordsPerQuery = 200;
/** Keeps an answer with texts below a few megabytes. */
const notesPerPage = 100;
/**
 * Makes an upsert insert only: an existing record gives ALREADY_MODIFIED with its id
 * (https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html).
 */
const insertOnly = { 'if-unmodified-since': '2000-01-01T00:00:00+00:00' };

export type Values = Readonly<Record<string, unknown>>;
type Written = { readonly answer: Answer; readonly data: readonly Result[] };

export type ZohoClient = ReturnType<typeof createZohoClient>;

/** https://github.com/zoho/crm-oas/tree/main/v8.0. Up to 100 records per call, each with its own result, in order. */
export function createZohoClient(
  { baseUrl, accountsUrl }: { readonly baseUrl: string; readonly accountsUrl: string },
  { http, secret, token }: Pick<AdapterDeps, 'http' | 'secret' | 'token'>,
) {
  const call = http.api({ vendor, baseUrl, ...withAccessToken(token, makeToken, 'Zoho-oauthtoken'), refusedIn });
  const path = (...segments: readonly string[]) => ['crm', 'v8', ...segments];

  /** https://www.zoho.com/crm/developer/docs/api/v8/refresh.html; the refresh token does not change. */
  async function makeToken() {
    const credentials = fieldsFrom(await secret(), vendor, ['clientId', 'clientSecret', 'refreshToken']);
    return requestToken(http, {
      vendor,
      url: `${accountsUrl}/oauth/v2/token`,
      form: {
        grant_type: 'refresh_token',
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret,
        refresh_token: credentials.refreshToken,
      },
      validForMs: tokenLifeMs,
    });
  }

  const list = async (request: Call) => pageIn(await call({ ...request, answer: 'json or nothing' }));

  /** COQL reads the records; the search API lags behind writes. */
  const query = (operation: string, select: string): Promise<readonly ZohoRecord[]> =>
    allPages<ZohoRecord, number>(async (offset = 0) => {
      const body = { select_query: `${select} limit ${recordsPerQuery} offset ${offset}` };
      const { data, info } = await list({ operation, method: 'POST', path: path('coql'), body, readsOnly: true });
      return { items: data, next: info.more_records && data.length > 0 ? offset + data.length : undefined };
    });

  /** One value of a wrong type may refuse all records. */
  const writing =
    <Outcome>(request: Call, outcomeOf: (result: Result) => Outcome | undefined) =>
    (all: readonly Values[]): Promise<readonly PromiseSettledResult<Outcome>[]> =>
      bisect(
        all,
        async (records) => {
          const { answer, data } = await send(request, records);
          return data.map((result) => {
            const outcome = outcomeOf(result);
            return outcome === undefined ? rejected(itemRefusal(answer, result)) : fulfilled(outcome);
          });
        },
        { hasField: (values, field) => Object.hasOwn(values, field) },
      );

  /** @returns a result for each record, or the whole refusal if there are none */
  async function send(request: Call, records: readonly Values[]): Promise<Written> {
    const isOneEach = isResults(records.map(({ id }) => (typeof id === 'string' ? id : undefined)));
    const answer = await call({
      ...request,
      body: { data: records },
      expected: ({ status, body }) => status !== 401 && isOneEach(body),
    });
    return { answer, data: answer.as(isOneEach).data };
  }

  /** @returns false if the note is gone */
  async function updateNote(record: Values): Promise<boolean> {
    const request = { operation: 'update the note', method: 'PUT', path: path('Notes') } as const;
    return isThere(await send(request, [record]));
  }

  /** Succeeds if it is already deleted. */
  async function deleteNote(id: string): Promise<void> {
    const isOne = isResults([id]);
    const answer = await call({
      operation: 'delete the note',
      method: 'DELETE',
      path: path('Notes'),
      query: { ids: id },
      expected: ({ status, body }) => status === 400 && isOne(body),
    });
    isThere({ answer, data: answer.as(isOne).data });
  }

  /** A missing note gives 204, or the error for an unknown id. */
  async function hasNote(id: string): Promise<boolean> {
    const answer = await call({
      operation: 'read the note',
      method: 'GET',
      path: path('Notes', id),
      query: { fields: 'id' },
      expected: ({ status, body }) => (status === 400 || status === 404) && isResult(body) && isGone(body),
      answer: 'json or nothing',
    });
    return answer.status < 300 && pageIn(answer).data.length > 0;
  }

  /** Newest first, back to `since`. */
  const notesOf = (contactId: string, since: Date): Promise<readonly ZohoRecord[]> =>
    allPages<ZohoRecord, number>(async (page = 1) => {
      const { data, info } = await list({
        operation: "list the contact's notes",
        method: 'GET',
        path: path('Contacts', contactId, 'Notes'),
        query: {
          fields: 'Note_Content,Created_Time',
          sort_by: 'Created_Time',
          sort_order: 'desc',
          per_page: String(notesPerPage),
          page: String(page),
        },
      });
      const last = data.at(-1);
      const goesOn = last !== undefined && !(Date.parse(String(last['Created_Time'])) < since.getTime());
      return { items: data, next: info.more_records && goesOn ? page + 1 : undefined };
    });

  async function contactFields(): Promise<readonly string[]> {
    const operation = "list the contact's fields";
    const query = { module: 'Contacts' };
    const answer = await call({ operation, method: 'GET', path: path('settings', 'fields'), query });
    return answer.as(isFieldList).fields.map(({ api_name: name }) => name);
  }

  const activeUsers = (): Promise<readonly string[]> =>
    allPages<string, number>(async (page = 1) => {
      const query = { type: 'ActiveUsers', per_page: '200', page: String(page) };
      const answer = await call({ operation: 'list the users', method: 'GET', path: path('users'), query });
      const { users, info } = answer.as(isUserList);
      const next = info.more_records && users.length > 0 ? page + 1 : undefined;
      return { items: users.map(({ id }) => id), next };
    });

  async function tryLists(): Promise<void> {
    const query = { fields: 'id', per_page: '1' };
    for (const module of ['Notes', 'Tasks']) {
      await list({ operation: `list ${module.toLowerCase()}`, method: 'GET', path: path(module), query });
    }
  }

  const toContacts = { operation: 'create the contact', method: 'POST', path: path('Contacts') } as const;
  return {
    call,
    query,
    createContacts: writing(toContacts, (result) => createdFrom(result)),
    /** Zoho checks the e-mail address again, so this also finds contacts that our query missed. */
    createContactsByEmail: writing({ ...toContacts, path: path('Contacts', 'upsert'), headers: insertOnly }, (result) =>
      createdFrom(result, true),
    ),
    updateContacts: writing({ operation: 'update the contact', method: 'PUT', path: path('Contacts') }, idFrom),
    createNotes: writing({ operation: 'create the note', method: 'POST', path: path('Notes') }, idFrom),
    updateNote,
    deleteNote,
    hasNote,
    notesOf,
    createTasks: writing({ operation: 'create the task', method: 'POST', path: path('Tasks') }, idFrom),
    contactFields,
    activeUsers,
    tryLists,
  };
}

/** False if a record is gone. Throws on any other refusal. */
function isThere({ answer, data }: Written): boolean {
  const refused = data.find((result) => idFrom(result) === undefined);
  if (refused !== undefined && !isGone(refused)) throw itemRefusal(answer, refused);
  return refused === undefined;
}

/** An empty result is 204, without a body. */
const pageIn = (answer: Answer) =>
  answer.status === 204 ? { data: [], info: { more_records: false } } : answer.as(isPage);
