import { type Answer, hasTextId, isListOf, isRecord, parseJson } from '../http/answer.ts';
import { nameRefusals } from '../http/http-errors.ts';
import type { Refusal } from '../port/errors.ts';

/** https://developers.hubspot.com/blog/a-developers-guide-to-hubspots-date-based-api-versioning */
export const version = '2026-09';
export type ObjectType = 'contacts' | 'notes' | 'tasks' | 'tickets';

export type Properties = Readonly<Record<string, string | null>>;
export type Values = Readonly<Record<string, string>>;
export type Stored = {
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly properties: Properties;
  readonly archived?: unknown;
  readonly objectWriteTraceId?: string;
};
type BatchAnswer = { readonly results: readonly Stored[]; readonly errors?: readonly ItemError[] };
export type ItemError = {
  readonly category?: unknown;
  readonly message?: unknown;
  readonly context?: Readonly<Record<string, readonly string[]>>;
};
type Page<Item> = {
  readonly results: readonly Item[];
  readonly paging?: { readonly next?: { readonly after: string } };
};

const isString = (value: unknown): value is string => typeof value === 'string';

const isAbsentOr = (is: (value: unknown) => boolean, value: unknown) => value === undefined || is(value);

const isStored = (value: unknown): value is Stored =>
  hasTextId(value) &&
  isString(value['createdAt']) &&
  isRecord(value['properties']) &&
  Object.values(value['properties']).every((property) => property === null || isString(property)) &&
  isAbsentOr(isString, value['objectWriteTraceId']);

const isItemError = (value: unknown): value is ItemError =>
  isRecord(value) &&
  isAbsentOr((context) => isRecord(context) && Object.values(context).every(isListOf(isString)), value['context']);

export const isBatchAnswer = (value: unknown): value is BatchAnswer =>
  isRecord(value) && isListOf(isStored)(value['results']) && isAbsentOr(isListOf(isItemError), value['errors']);

const isPageOf =
  <Item>(isItem: (value: unknown) => value is Item) =>
  (value: unknown): value is Page<Item> =>
    isRecord(value) && isListOf(isItem)(value['results']) && isAbsentOr(isPaging, value['paging']);

const isPaging = (value: unknown) =>
  isRecord(value) && isAbsentOr((next) => isRecord(next) && isString(next['after']), value['next']);

export const isPageOfStored = isPageOf(isStored);
export const isPageOfIds = isPageOf(hasTextId);
export const isPageOfNames = isPageOf(
  (value): value is { readonly name: string } => isRecord(value) && isString(value['name']),
);

export const isPageOfAssociations = isPageOf(
  (value): value is { readonly toObjectId: string | number } =>
    isRecord(value) && /^\d+$/.test(String(value['toObjectId'])),
);

/** A contact without associations of a kind lacks that kind, or all of `associations`. */
export const isWithAssociations = (
  value: unknown,
): value is { readonly associations?: Readonly<Record<string, Page<{ readonly id: string }>>> } =>
  hasTextId(value) &&
  isAbsentOr((kinds) => isRecord(kinds) && Object.values(kinds).every(isPageOfIds), value['associations']);

const named = nameRefusals({
  email: 'email',
  phone: 'phone',
  firstname: 'name',
  lastname: 'name',
  company: 'company',
  country: 'country',
  hubspot_owner_id: 'owner',
});

/**
 * `Property values were not valid: [{"isValid":false,"error":"INVALID_EMAIL","name":"email",…}]`
 * (https://community.hubspot.com/t5/APIs-Integrations/m-p/316713), or as a list of `errors` with a `propertyName`
 * (https://developers.hubspot.com/docs/api-reference/error-handling). An address that another contact has is a
 * `CONFLICT`.
 */
export function refusedIn({ body }: Pick<Answer, 'body'>): readonly Refusal[] {
  if (!isRecord(body)) return [];
  const { category, message, errors } = body;
  if (category === 'CONFLICT') return named('email', category);
  const listed = typeof message === 'string' ? parseJson(message.slice(message.indexOf('[')))?.value : undefined;
  return [listed, errors].flatMap((list) => (Array.isArray(list) ? list.filter(isRecord).flatMap(refusalOf) : []));
}

function refusalOf({ error, code = error, name, context }: Record<string, unknown>): readonly Refusal[] {
  const properties = isRecord(context) && Array.isArray(context['propertyName']) ? context['propertyName'] : [];
  const isUnknownField = code === 'PROPERTY_DOESNT_EXIST';
  return [name, ...properties].flatMap((field) => named(field, code, { isUnknownField }));
}

const secondMs = 1000;

/**
 * By policy: `{"errorType":"RATE_LIMIT","policyName":"…"}`. The daily limit is lifted at midnight in the account's
 * timezone, which the API does not return, so retry hourly (https://developers.hubspot.com/docs/api/usage-details).
 * @returns milliseconds
 */
export function retryDelay({ status, body }: Answer): number | undefined {
  if (status !== 429 || typeof body !== 'object' || body === null || !('policyName' in body)) return undefined;
  switch (body.policyName) {
    case 'SECONDLY':
      return secondMs;
    case 'TEN_SECONDLY_ROLLING':
      return 10 * secondMs;
    case 'DAILY':
      return 60 * 60 * secondMs;
    default:
      return undefined;
  }
}
