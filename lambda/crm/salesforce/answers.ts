import { type Answer, isRecord, type JsonObject } from '../http/answer.ts';
import { nameRefusals } from '../http/http-errors.ts';
import { CrmError, type Refusal } from '../port/errors.ts';

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

type SaveError = { readonly statusCode: string; readonly message: string; readonly fields: readonly unknown[] };
type SaveResult =
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

const minuteMs = 60 * 1000;

/**
 * A temporary 403 (https://developer.salesforce.com/docs/platform/api-rest/guide/errorcodes.html); the 24-hour
 * allowance returns gradually.
 * @returns milliseconds
 */
export function retryDelay({ body }: Pick<Answer, 'body'>): number | undefined {
  const error: unknown = Array.isArray(body) ? body[0] : body;
  if (!isRecord(error) || error['errorCode'] !== 'REQUEST_LIMIT_EXCEEDED') return undefined;
  return /concurrent/i.test(String(error['message'])) ? minuteMs : 15 * minuteMs;
}

const nameField = nameRefusals({
  Email: 'email',
  Phone: 'phone',
  FirstName: 'name',
  LastName: 'name',
  MailingCountry: 'country',
  MailingCountryCode: 'country',
  OwnerId: 'owner',
  Description: 'unusable',
});

/** Reads a whole refusal, or one record's. Some codes imply a field that `fields` leaves out. */
export function refusedIn({ body }: Pick<Answer, 'body'>): readonly Refusal[] {
  const error: unknown = Array.isArray(body) ? body[0] : body;
  if (!isRecord(error)) return [];
  const { errorCode: code, message, fields } = error;
  if (statusOf(String(code), String(message)) !== 400) return [];
  const [, column] = /No such column '(\w+)'/.exec(String(message)) ?? [];
  if (column !== undefined) return nameField(column, code, { isUnknownField: true });
  if (code === 'INACTIVE_OWNER_OR_USER' || code === 'OP_WITH_INVALID_USER_TYPE_EXCEPTION') {
    return nameField('OwnerId', code);
  }
  // A duplicate rule that matched somebody else: a number may be shared.
  if (code === 'DUPLICATES_DETECTED') return nameField('Phone', code);
  return Array.isArray(fields) ? fields.flatMap((field) => nameField(field, code)) : [];
}

export class RefusedRecord extends CrmError {
  readonly code: string;
  /** The id of the record that already has a unique value. */
  readonly existing: string | undefined;

  constructor(answer: Answer, { statusCode, message, fields }: SaveError) {
    const named = fields.filter((field) => typeof field === 'string' && !message.includes(field)).join(', ');
    const words = named === '' ? message : `${message}: ${named}`;
    const refusal = answer.refusal({
      status: statusOf(statusCode, message),
      body: { message: words, errorCode: statusCode, fields },
    });
    super(refusal.message, refusal.fault, refusal);
    this.code = statusCode;
    // `duplicate value found: … duplicates value on record with id: 003…`, an id of 15 characters.
    const [, id] = /on record with id: (\w{15,18})/.exec(message) ?? [];
    this.existing = statusCode === 'DUPLICATE_VALUE' && id !== undefined ? fullId(id) : undefined;
  }
}

/** Deleted, merged into another, or never existed. */
export const isGone = (reason: unknown): boolean =>
  reason instanceof RefusedRecord &&
  ['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY', 'NOT_FOUND', 'MALFORMED_ID'].includes(reason.code);

/**
 * Codes: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
 */
function statusOf(code: string, message: string): number {
  // A trigger reports a locked row in its message, under another code.
  if (message.includes('UNABLE_TO_LOCK_ROW')) return 423;
  switch (code) {
    case 'UNABLE_TO_LOCK_ROW':
      return 423;
    case 'REQUEST_LIMIT_EXCEEDED':
    case 'TOO_MANY_APEX_REQUESTS':
      return 429;
    case 'SERVER_UNAVAILABLE':
    case 'REQUEST_RUNNING_TOO_LONG':
    case 'QUERY_TIMEOUT':
      return 503;
    // An operator must free storage.
    case 'STORAGE_LIMIT_EXCEEDED':
      return 402;
    case 'UNKNOWN_EXCEPTION':
      return 500;
    case 'INSUFFICIENT_ACCESS_OR_READONLY':
      return 403;
    default:
      return 400;
  }
}

/** 15 case-sensitive characters, or 18 with three that encode the case. */
export const isId = (id: string) => /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(id);

/**
 * Adds the three characters that encode which letters are capitals
 * (https://codebycody.com/salesforces-algorithm-for-converting-ids-from-15-to-18-characters). Leaves anything else
 * unchanged.
 */
export function fullId(id: string): string {
  if (!isId(id)) return id;
  const bare = id.slice(0, 15);
  const suffix = [0, 5, 10].map((from) => {
    const capitals = [...bare.slice(from, from + 5)].map((letter, at) => (/[A-Z]/.test(letter) ? 1 << at : 0));
    return suffixes.charAt(capitals.reduce((sum, bit) => sum + bit, 0));
  });
  return bare + suffix.join('');
}

const suffixes = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
