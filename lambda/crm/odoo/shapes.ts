import { hasNumericId, isHolding, isListOf, isRecord, type JsonObject } from '../http/shapes.ts';

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
