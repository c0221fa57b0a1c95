import type { AdapterDeps } from '../http/adapter-deps.ts';
import { type Answer, isTrue, type JsonObject } from '../http/answer.ts';
import { tokenFrom } from '../http/credentials.ts';
import type { CrmError } from '../port/errors.ts';
import {
  isConflict,
  isLoaded,
  isOneId,
  isOurMistake,
  isOwnContext,
  isRecords,
  isTruth,
  isValues,
  nameOf,
  refusedIn,
  refusedStatus,
  type Stored,
} from './answers.ts';

/** Conditions that must all hold: field, operator, value. */
export type Domain = readonly Condition[];
type Condition = readonly [field: string, operator: string, value: string | number | boolean | readonly number[]];
/** Values as in an import file: a column may name a related record by XML id (`…/id`) or number (`…/.id`). */
export type Columns = Readonly<Record<string, string>>;

type Search = {
  readonly domain: Domain;
  readonly fields: readonly string[];
  readonly order?: string;
  readonly limit?: number;
  readonly context?: { readonly active_test: false };
};

export type OdooClient = ReturnType<typeof createOdooClient>;

/** Otherwise Odoo e-mails the salesperson of each new contact (`mail/models/mail_thread.py`). */
const unnotified = { mail_auto_subscribe_no_notify: true };

/** Odoo answers 409 if another request is writing the record; other 409s are permanent. */
const lockedMs = 1000;
const locked = 423;

/** https://www.odoo.com/documentation/19.0/developer/reference/external_api.html; each call is a transaction. */
export function createOdooClient(
  { baseUrl, database }: { readonly baseUrl: string; readonly database?: string | undefined },
  { http, secret }: Pick<AdapterDeps, 'http' | 'secret'>,
) {
  const call = http.api({
    vendor: 'Odoo',
    baseUrl,
    refusedIn,
    meantStatus: (answer) => (isOurMistake(answer) ? refusedStatus : undefined),
    headers: async () => ({
      authorization: `bearer ${tokenFrom(await secret(), 'Odoo')}`,
      ...(database !== undefined && { 'x-odoo-database': database }),
    }),
    retryDelay: ({ status, body }) => (status === 409 && nameOf(body).endsWith('.LockError') ? lockedMs : undefined),
  });

  /** @param method with its model, `res.partner/load` */
  async function run(operation: string, method: string, body: JsonObject, readsOnly = false): Promise<Answer> {
    const path = ['json', '2', ...method.split('/')];
    const quotable = [body['fields'], body['allfields']].flat().filter((name) => typeof name === 'string');
    return call({ operation, method: 'POST', path, body, readsOnly, quotable });
  }

  async function search(
    operation: string,
    model: string,
    { order = 'id asc', ...request }: Search,
  ): Promise<readonly Stored[]> {
    return (await run(operation, `${model}/search_read`, { ...request, order }, true)).as(isRecords);
  }

  async function exists(operation: string, model: string, id: string): Promise<boolean> {
    const found = await search(operation, model, { domain: [['id', '=', Number(id)]], fields: ['id'], limit: 1 });
    return found.length > 0;
  }

  /** Creates a partner, or updates the one in column `.id`. */
  async function loadPartner(operation: string, columns: Columns): Promise<{ id: string } | { refusal: CrmError }> {
    const request = { fields: Object.keys(columns), data: [Object.values(columns)], context: unnotified };
    const answer = await run(operation, 'res.partner/load', request);
    const loaded = answer.as(isLoaded(columns['.id']));
    if (loaded.ids !== false) return { id: String(loaded.ids[0]) };
    const body = loaded.messages;
    if (isConflict(body)) return { refusal: answer.refusal({ status: locked, body }) };
    const refusal = answer.refusal({ status: refusedStatus, body });
    // Odoo reports a missing right only in words, in the user's language.
    const isAboutRights =
      refusal.refused.length === 0 && !(await mayDo('.id' in columns ? 'write' : 'create', 'res.partner'));
    return { refusal: isAboutRights ? answer.refusal({ status: 403, body }) : refusal };
  }

  async function make(operation: string, method: string, id: string, values: JsonObject): Promise<string> {
    const answer = await run(operation, method, { ids: [Number(id)], ...values });
    return String(answer.as(isOneId)[0]);
  }

  async function create(operation: string, model: string, values: JsonObject): Promise<string> {
    return String((await run(operation, `${model}/create`, { vals_list: [values] })).as(isOneId)[0]);
  }

  async function change(operation: string, model: string, id: string, vals: JsonObject): Promise<void> {
    (await run(operation, `${model}/write`, { ids: [Number(id)], vals })).as(isTrue);
  }

  async function remove(operation: string, model: string, id: string): Promise<void> {
    (await run(operation, `${model}/unlink`, { ids: [Number(id)] })).as(isTrue);
  }

  async function ownUserId(): Promise<string> {
    return String((await run('tell who we are', 'res.users/context_get', {}, true)).as(isOwnContext).uid);
  }

  async function mayDo(operation: 'create' | 'write', model: string): Promise<boolean> {
    return (await run('tell its rights', `${model}/has_access`, { operation }, true)).as(isTruth);
  }

  async function fieldsAmong(model: string, allfields: readonly string[]): Promise<readonly string[]> {
    const request = { allfields, attributes: ['type'] };
    return Object.keys((await run('list the fields', `${model}/fields_get`, request, true)).as(isValues));
  }

  return { search, exists, loadPartner, make, create, change, remove, ownUserId, mayDo, fieldsAmong };
}
