import type { Created } from '../contacts/contact-batch.ts';
import { type Answer, hasTextId, isHolding, isListOf, isRecord, type JsonObject } from '../http/answer.ts';
import { nameRefusals } from '../http/http-errors.ts';
import type { CrmError, Refusal } from '../port/errors.ts';

export type ZohoRecord = JsonObject & { readonly id: string };

export type Page = { readonly data: readonly ZohoRecord[]; readonly info: { readonly more_records: boolean } };

export function isPage(value: unknown): value is Page {
  if (!isRecord(value) || !isListOf(hasTextId)(value['data'])) return false;
  return isRecord(value['info']) && typeof value['info']['more_records'] === 'boolean';
}

export const isAttachments = isHolding('data', isListOf(hasTextId));

export type Result = {
  readonly status: 'success' | 'error';
  readonly code: string;
  readonly message: string;
  readonly details: JsonObject;
};

/** @param ids of each record in order; undefined for a new one */
export const isResults =
  (ids: readonly (string | undefined)[]) =>
  (value: unknown): value is { readonly data: readonly Result[] } =>
    isRecord(value) &&
    Array.isArray(value['data']) &&
    value['data'].length === ids.length &&
    value['data'].every((result, at) => isResult(result) && isResultOf(ids[at], result));

const isResultOf = (id: string | undefined, { status, details }: Result) =>
  id === undefined || status === 'error' || details['id'] === id;

export function isResult(value: unknown): value is Result {
  if (!isRecord(value) || typeof value['code'] !== 'string' || typeof value['message'] !== 'string') return false;
  const { status, details } = value;
  if (!isRecord(details)) return false;
  return status === 'error' || (status === 'success' && hasTextId(details));
}

export const isFieldList = (
  value: unknown,
): value is { readonly fields: readonly { readonly api_name: string; readonly data_type?: unknown }[] } =>
  isRecord(value) &&
  Array.isArray(value['fields']) &&
  value['fields'].every((field) => isRecord(field) && typeof field['api_name'] === 'string');

export const isUserList = (
  value: unknown,
): value is { readonly users: readonly ZohoRecord[]; readonly info: { readonly more_records: boolean } } =>
  isRecord(value) && isPage({ data: value['users'], info: value['info'] });

/** Undefined if refused. */
export const idFrom = ({ status, details }: Result): string | undefined =>
  status === 'success' ? String(details['id']) : undefined;

/** The new record, or the existing one that prevented it. */
export function createdFrom(result: Result, isKnownByEmail = false): Created | undefined {
  const id = idFrom(result);
  if (id !== undefined) return { id, taken: false };
  const { code, details } = result;
  const duplicate = details['duplicate_record'];
  const existing = code === 'DUPLICATE_DATA' && isRecord(duplicate) ? duplicate['id'] : details['id'];
  // A contact with the same number and another address may be another person.
  const isByPhone = isKnownByEmail && (details['api_name'] === 'Phone' || details['api_name'] === 'Mobile');
  const isTaken =
    ((code === 'DUPLICATE_DATA' && !isByPhone) || code === 'ALREADY_MODIFIED') && typeof existing === 'string';
  return isTaken ? { id: existing, taken: true } : undefined;
}

/** A missing record is reported as wrong data, without a field or for the id. */
export const isGone = ({ code, details }: Result) =>
  code === 'INVALID_DATA' && (details['api_name'] === undefined || details['api_name'] === 'id');

export function itemRefusal(answer: Answer, { code, message, details }: Result): CrmError {
  const field = typeof details['api_name'] === 'string' ? `: ${details['api_name']}` : '';
  return answer.refusal({ status: statusOf(code), body: { message: `${message}${field}`, code, details } });
}

const nameField = nameRefusals({
  Email: 'email',
  Phone: 'phone',
  Mobile: 'phone',
  First_Name: 'name',
  Last_Name: 'name',
  Mailing_Country: 'country',
  Owner: 'owner',
  Description: 'unusable',
});

/** The field is in `details`: for a look-up field with its own name as the parent's, for a query as a column. */
export function refusedIn({ body }: Pick<Answer, 'body'>): readonly Refusal[] {
  if (!isRecord(body) || !isRecord(body['details'])) return [];
  if (statusOf(String(body['code'])) !== 400) return [];
  const { parent_api_name: parent, api_name: name, column_name: column } = body['details'];
  return column === undefined
    ? nameField(parent ?? name, body['code'])
    : nameField(column, body['code'], { isUnknownField: true });
}

/** https://www.zoho.com/crm/developer/docs/api/v8/status-codes.html, and the operations' OpenAPI. */
function statusOf(code: string): number {
  switch (code) {
    case 'INTERNAL_ERROR':
    case 'DEPENDENT_SERVICE_ERROR':
      return 500;
    case 'RECORD_LOCKED':
      return 423;
    case 'TOO_MANY_REQUESTS':
      return 429;
    case 'NO_PERMISSION':
    case 'PERMISSION_DENIED':
    case 'AUTHORIZATION_FAILED':
    case 'OAUTH_SCOPE_MISMATCH':
      return 403;
    default:
      return 400;
  }
}
