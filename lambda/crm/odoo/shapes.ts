import { hasNumericId, isListOf, isRecord, type JsonObject } from '../http/shapes.ts';

/** What this adapter relies on in Odoo's answers, checked before it is relied on. */

export type Stored = JsonObject & { readonly id: number };

/** Values of a record by field, or of fields by attribute. */
export { isRecord as isValues };

export const isRecords = isListOf(hasNumericId);

const isId = (value: unknown): value is number => Number.isSafeInteger(value);

/** What a method answers that makes one record: JSON has lists of ids in the place of recordsets. */
export const isOneId = (value: unknown): value is readonly [number] =>
  Array.isArray(value) && value.length === 1 && isId(value[0]);

export const isTruth = (value: unknown) => typeof value === 'boolean';

/** What `load` answers: all rows are in, or none is. */
export type Loaded =
  | { readonly ids: readonly [number] }
  | { readonly ids: false; readonly messages: readonly unknown[] };

/** @param id of the record that was to change; undefined for a new one */
export const isLoaded =
  (id: string | undefined) =>
  (value: unknown): value is Loaded => {
    if (!isRecord(value)) return false;
    const { ids, messages } = value;
    return isOneId(ids) ? id === undefined || String(ids[0]) === id : ids === false && Array.isArray(messages);
  };
