import { type Answer, hasNumericId, isHolding, isListOf, isRecord, type JsonObject } from '../http/answer.ts';
import { nameRefusals } from '../http/http-errors.ts';
import type { Refusal } from '../port/errors.ts';

export type Stored = JsonObject & { readonly id: number };

/** By field, or attributes by field. */
export { isRecord as isValues };

export const isRecords = isListOf(hasNumericId);

const isId = (value: unknown): value is number => Number.isSafeInteger(value);

/** A created record: JSON has a list of ids instead of a recordset. */
export const isOneId = (value: unknown): value is readonly [number] =>
  Array.isArray(value) && value.length === 1 && isId(value[0]);

export const isOwnContext = isHolding('uid', isId);

export const isTruth = (value: unknown) => typeof value === 'boolean';

/** Imports all rows or none. */
export type Loaded =
  | { readonly ids: readonly [number] }
  | { readonly ids: false; readonly messages: readonly unknown[] };

/** @param id of the record to change; undefined for a new one */
export const isLoaded =
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
export function refusedIn({ body }: Pick<Answer, 'body'>): readonly Refusal[] {
  const errors: readonly unknown[] = Array.isArray(body) ? body : [body];
  return errors.filter(isRecord).flatMap(({ field, message, type, name }) => {
    const [, unknown] = unknownField.exec(String(message)) ?? [];
    if (unknown !== undefined) return named(unknown, 'unknown_field', { isUnknownField: true });
    return named(field, name ?? type);
  });
}

export const nameOf = (body: unknown) => (isRecord(body) ? String(body['name']) : '');

/** Odoo answers 500 with a Python error even for a wrong request, such as an unknown field. */
export const isOurMistake = ({ status, body }: Answer) =>
  status === 500 && /^builtins\.(Key|Type|Value)Error$/.test(nameOf(body));

/** PostgreSQL's message after a conflict of transactions, which `load` reports like any other error. */
export const isConflict = (messages: readonly unknown[]) =>
  messages.some((each) => isRecord(each) && /could not serialize|deadlock detected/.test(String(each['message'])));

/** Odoo's status for other request errors. */
export const refusedStatus = 422;
