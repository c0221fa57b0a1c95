import type { Answer } from '../http/http.ts';
import { isRecord } from '../http/shapes.ts';
import { CrmError, type Refusal } from '../port/errors.ts';
import { nameRefusals } from '../refusals/name-refusals.ts';
import type { SaveError } from './shapes.ts';
import { fullId } from './soql.ts';

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
