import { isRecord, type JsonObject } from '../http/shapes.ts';
import { fullId } from './soql.ts';

export type SalesforceRecord = JsonObject & { readonly Id: string };

const isSalesforceRecord = (value: unknown): value is SalesforceRecord =>
  isRecord(value) && typeof value['Id'] === 'string' && value['Id'] !== '';

export type QueryPage<Row> = {
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly Row[];
};

export const isRecords = (value: unknown): value is QueryPage<SalesforceRecord> =>
  isQueryPage(value) && value.records.every(isSalesforceRecord);

export function isQueryPage(value: unknown): value is QueryPage<JsonObject> {
  if (!isRecord(value) || !Array.isArray(value['records']) || !value['records'].every(isRecord)) return false;
  const { done, nextRecordsUrl: next } = value;
  return done === true || (done === false && typeof next === 'string' && next.startsWith('/services/data/'));
}

export type SaveError = { readonly statusCode: string; readonly message: string; readonly fields: readonly unknown[] };
export type SaveResult =
  | { readonly success: true; readonly id: string }
  | { readonly success: false; readonly errors: readonly [SaveError, ...SaveError[]] };

/** @param ids of each record in order, in full; undefined for a new one */
export const isSaveResults =
  (ids: readonly (string | undefined)[]) =>
  (value: unknown): value is readonly SaveResult[] =>
    Array.isArray(value) && value.length === ids.length && value.every((result, at) => isSaveResult(result, ids[at]));

function isSaveResult(value: unknown, wanted: string | undefined): value is SaveResult {
  if (!isRecord(value)) return false;
  const { success, id, errors } = value;
  if (success === true) return typeof id === 'string' && id !== '' && (wanted === undefined || fullId(id) === wanted);
  return success === false && Array.isArray(errors) && errors.length > 0 && errors.every(isSaveError);
}

const isSaveError = (value: unknown): value is SaveError =>
  isRecord(value) &&
  typeof value['statusCode'] === 'string' &&
  typeof value['message'] === 'string' &&
  Array.isArray(value['fields']);

export const isDescription = (
  value: unknown,
): value is { readonly createable: boolean; readonly fields: readonly { readonly name: string }[] } =>
  isRecord(value) &&
  typeof value['createable'] === 'boolean' &&
  Array.isArray(value['fields']) &&
  value['fields'].every((field) => isRecord(field) && typeof field['name'] === 'string');
