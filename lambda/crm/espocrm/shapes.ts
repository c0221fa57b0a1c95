import { hasTextId, isListOf, isRecord, type JsonObject } from '../http/shapes.ts';

export type Stored = JsonObject & { readonly id: string };

export const isStored = hasTextId;
export const isStoredList = isListOf(isStored);

export const isPage = (value: unknown): value is { readonly list: readonly Stored[] } =>
  isRecord(value) && isStoredList(value['list']);

/** The API user, with the rights of its roles. */
export const isAppUser = (value: unknown): value is { readonly user: Stored; readonly acl: JsonObject } =>
  isRecord(value) && isStored(value['user']) && isRecord(value['acl']);

/** EspoCRM's validation error: `{"messageTranslation":{"label":"validationFailure","data":{…}}}`. */
export function failedField(body: unknown): { readonly field: string; readonly type: string } | undefined {
  const message = isRecord(body) ? body['messageTranslation'] : undefined;
  const data = isRecord(message) ? message['data'] : undefined;
  if (!isRecord(data) || typeof data['field'] !== 'string') return undefined;
  return { field: data['field'], type: String(data['type'] ?? 'valid') };
}
