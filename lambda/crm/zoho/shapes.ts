import { hasTextId, isHolding, isListOf, isRecord, type JsonObject } from '../http/shapes.ts';

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
