import { hasId, hasNumericId, isHolding, isListOf, isRecord, type JsonObject } from '../http/shapes.ts';

/** What this adapter relies on in Raynet's answers, checked before it is relied on. */

export type Stored = JsonObject & { readonly id: number };

export const isDetail = isHolding('data', hasNumericId);
export const isList = isHolding('data', isListOf(hasNumericId));

/** `{"data":{"id":7}}`; some answers have the id as a text. */
export const isCreated = isHolding(
  'data',
  (value): value is { readonly id: number | string } => isRecord(value) && /^\d+$/.test(String(value['id'])),
);

/** `{"success":true}`, or `"true"`, with the record's id or without. */
export const isSuccessOf =
  (id: string) =>
  (value: unknown): value is JsonObject =>
    isRecord(value) &&
    String(value['success']) === 'true' &&
    (!isRecord(value['data']) || value['data']['id'] === undefined || hasId(id)(value['data']));

/** The custom fields of every kind of record, by its name. */
export const isCustomFields = isHolding('data', isRecord);

/** An object within a record, such as `contactInfo`; empty where it is null. */
export function within(record: JsonObject, name: string): JsonObject {
  const value = record[name];
  return isRecord(value) ? value : {};
}
