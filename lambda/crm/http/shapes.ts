/** What every adapter asks of answers before it relies on them. */

export type JsonObject = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isListOf =
  <T>(isItem: (value: unknown) => value is T) =>
  (value: unknown): value is readonly T[] =>
    Array.isArray(value) && value.every(isItem);

/** An object that holds one thing under one name, as `{"ticket": …}`. */
export const isHolding =
  <Name extends string, T>(name: Name, isContent: (value: unknown) => value is T) =>
  (value: unknown): value is { readonly [Key in Name]: T } =>
    isRecord(value) && isContent(value[name]);

/** Ids that are whole numbers. They are kept as texts, as all CRMs' ids are here. */
export const hasNumericId = (value: unknown): value is JsonObject & { readonly id: number } =>
  isRecord(value) && Number.isSafeInteger(value['id']);

/** For a vendor that answers a write with nothing but that. */
export const isTrue = (value: unknown): value is true => value === true;

/** The object that was asked for or written, and no other's. Ids are numbers or texts. */
export const hasId =
  (id: string | number) =>
  (value: unknown): value is JsonObject =>
    isRecord(value) && ['number', 'string'].includes(typeof value['id']) && String(value['id']) === String(id);

/** Ids that are texts, and say something. */
export const hasTextId = (value: unknown): value is JsonObject & { readonly id: string } =>
  isRecord(value) && typeof value['id'] === 'string' && value['id'] !== '';
