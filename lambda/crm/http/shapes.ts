export type JsonObject = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isListOf =
  <T>(isItem: (value: unknown) => value is T) =>
  (value: unknown): value is readonly T[] =>
    Array.isArray(value) && value.every(isItem);

export const isHolding =
  <Name extends string, T>(name: Name, isContent: (value: unknown) => value is T) =>
  (value: unknown): value is { readonly [Key in Name]: T } =>
    isRecord(value) && isContent(value[name]);

/** A number in the answer; ids are stored as text. */
export const hasNumericId = (value: unknown): value is JsonObject & { readonly id: number } =>
  isRecord(value) && Number.isSafeInteger(value['id']);

export const isTrue = (value: unknown): value is true => value === true;

/** The object with this id, as a number or text. */
export const hasId =
  (id: string | number) =>
  (value: unknown): value is JsonObject =>
    isRecord(value) && ['number', 'string'].includes(typeof value['id']) && String(value['id']) === String(id);

export const hasTextId = (value: unknown): value is JsonObject & { readonly id: string } =>
  isRecord(value) && typeof value['id'] === 'string' && value['id'] !== '';
