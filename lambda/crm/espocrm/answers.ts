import { type Answer, hasTextId, isListOf, isRecord, type JsonObject } from '../http/answer.ts';
import { nameRefusals } from '../http/http-errors.ts';
import type { Refusal } from '../port/errors.ts';

export type Stored = JsonObject & { readonly id: string };

export const isStored = hasTextId;
export const isStoredList = isListOf(isStored);

export const isPage = (value: unknown): value is { readonly list: readonly Stored[] } =>
  isRecord(value) && isStoredList(value['list']);

/** The API user, with the rights of its roles. */
export const isAppUser = (value: unknown): value is { readonly user: Stored; readonly acl: JsonObject } =>
  isRecord(value) && isStored(value['user']) && isRecord(value['acl']);

type Reason = { readonly label: string; readonly data: JsonObject };

/**
 * The reason, as EspoCRM's own pages translate it: `{"messageTranslation":{"label":"validationFailure","data":{…}}}`.
 */
export function reasonIn(body: unknown): Reason | undefined {
  const message = isRecord(body) ? body['messageTranslation'] : undefined;
  if (!isRecord(message)) return undefined;
  return { label: String(message['label'] ?? ''), data: isRecord(message['data']) ? message['data'] : {} };
}

export function failedField(body: unknown): { readonly field: string; readonly type: string } | undefined {
  const { field, type = 'valid' } = reasonIn(body)?.data ?? {};
  return typeof field === 'string' ? { field, type: String(type) } : undefined;
}

const nameField = nameRefusals({
  emailAddress: 'email',
  phoneNumber: 'phone',
  firstName: 'name',
  lastName: 'name',
  addressCountry: 'country',
  assignedUserId: 'owner',
  assignedUser: 'owner',
  description: 'unusable',
});

/**
 * The field is in the body, or else in the header with the reason: for a look-up by a missing field, and for a user who
 * cannot be assigned, seen or found (`Core/Record/Access/LinkCheck.php`).
 */
export function refusedIn({ status, headers, body }: Pick<Answer, 'status' | 'headers' | 'body'>): readonly Refusal[] {
  const failed = failedField(body);
  if (failed !== undefined) return nameField(failed.field, failed.type);
  const { label, data } = reasonIn(body) ?? {};
  if (status === 403 && data?.['foreignEntityType'] === 'User') return nameField('assignedUserId', label);
  const reason = headers['x-status-reason'] ?? '';
  const [, attribute] = /^Not existing attribute '(\w+)'/.exec(reason) ?? [];
  if (attribute !== undefined) return nameField(attribute, 'not_existing', { isUnknownField: true });
  return status === 403 && /^Assignment failure/.test(reason) ? nameField('assignedUserId', 'assignment_failure') : [];
}
