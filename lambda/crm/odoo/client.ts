import type { AdapterDeps } from '../http/adapter-deps.ts';
import { type Answer, hasNumericId, isHolding, isListOf, isRecord, isTrue, type JsonObject } from '../http/answer.ts';
import { tokenFrom } from '../http/credentials.ts';
import { nameRefusals } from '../http/http-errors.ts';
import type { CrmError, Refusal } from '../port/errors.ts';

export type Stored = JsonObject & { readonly id: number };

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
    return Object.keys((await run('list the fields', `${model}/fields_get`, request, true)).as(isRecord));
  }

  return { search, exists, loadPartner, make, create, change, remove, ownUserId, mayDo, fieldsAmong };
}

const isRecords = isListOf(hasNumericId);

const isId = (value: unknown): value is number => Number.isSafeInteger(value);

/** A created record: JSON has a list of ids instead of a recordset. */
const isOneId = (value: unknown): value is readonly [number] =>
  Array.isArray(value) && value.length === 1 && isId(value[0]);

const isOwnContext = isHolding('uid', isId);

const isTruth = (value: unknown) => typeof value === 'boolean';

/** Imports all rows or none. */
type Loaded = { readonly ids: readonly [number] } | { readonly ids: false; readonly messages: readonly unknown[] };

/** @param id of the record to change; undefined for a new one */
const isLoaded =
  (id: string | undefined) =>
  (value: unknown): value is Loaded => {
    if (!isRecord(value)) return false;
    const { ids, messages } = value;
    return isOneId(ids) ? id === undefined || String(ids[0]) === id : ids === false && Array.isArray(messages);
  };

const named = nameRefusals({
  email: 'email',
  phone: 'phone',
  name: 'name',
  company_name: 'company',
  country_id: 'country',
  user_id: 'owner',
  comment: 'unusable',
});

/** In messages of `load`, about a field to read, and about a condition: `Invalid field res.partner.x_vip in condition ('x_vip', '=', '1')`. */
const unknownField = /^Invalid field (?:name )?(?:'|[a-z_]+(?:\.[a-z_]+)*\.)(\w+)(?:'| in condition )/;

/** `load` gives a list of messages, mostly with the field; Python's errors name it in their text. */
function refusedIn({ body }: Pick<Answer, 'body'>): readonly Refusal[] {
  const errors: readonly unknown[] = Array.isArray(body) ? body : [body];
  return errors.filter(isRecord).flatMap(({ field, message, type, name }) => {
    const [, unknown] = unknownField.exec(String(message)) ?? [];
    if (unknown !== undefined) return named(unknown, 'unknown_field', { isUnknownField: true });
    return named(field, name ?? type);
  });
}

const nameOf = (body: unknown) => (isRecord(body) ? String(body['name']) : '');

/** Odoo answers 500 with a Python error even for a wrong request, such as an unknown field. */
const isOurMistake = ({ status, body }: Answer) =>
  status === 500 && /^builtins\.(Key|Type|Value)Error$/.test(nameOf(body));

/** PostgreSQL's message after a conflict of transactions, which `load` reports like any other error. */
const isConflict = (messages: readonly unknown[]) =>
  messages.some((each) => isRecord(each) && /could not serialize|deadlock detected/.test(String(each['message'])));

/** Odoo's status for other request errors. */
const refusedStatus = 422;
