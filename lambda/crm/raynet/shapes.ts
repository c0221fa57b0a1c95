import { hasId, hasNumericId, isHolding, isListOf, isRecord, type JsonObject } from '../http/shapes.ts';

export type Stored = JsonObject & { readonly id: number };

export const isDetail = isHolding('data', hasNumericId);
export const isList = isHolding('data', isListOf(hasNumericId));

/** `{"data":{"id":7}}`; some answers have the id as text. */
export const isCreated = isHolding(
  'data',
  (value): value is { readonly id: number | string } => isRecord(value) && /^\d+$/.test(String(value['id'])),
);

/** `{"success":true}`, or `"true"`, with or without the record's id. */
export const isSuccessOf =
  (id: string) =>
  (value: unknown): value is JsonObject =>
    isRecord(value) &&
    String(value['success']) === 'true' &&
    (!isRecord(value['data']) || value['data']['id'] === undefined || hasId(id)(value['data']));

export const isCustomFields = isHolding('data', isRecord);

/** A nested object such as `contactInfo`; empty if null. */
export function within(record: JsonObject, name: string): JsonObject {
  const value = record[name];
  return isRecord(value) ? value : {};
}
