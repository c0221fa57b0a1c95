import type { Answer } from '../http/http.ts';
import { isRecord } from '../http/shapes.ts';
import { CrmError } from '../port/errors.ts';
import type { SaveError } from './shapes.ts';
import { fullId } from './soql.ts';

const minuteMs = 60 * 1000;

/**
 * "If the error code is REQUEST_LIMIT_EXCEEDED, you've exceeded API request limits in your org": a 403 that will pass
 * (https://developer.salesforce.com/docs/platform/api-rest/guide/errorcodes.html). Of requests at a time soon; the
 * allowance of the last 24 hours comes back little by little.
 * @returns milliseconds
 */
export function retryDelay({ body }: Pick<Answer, 'body'>): number | undefined {
  const error: unknown = Array.isArray(body) ? body[0] : body;
  if (!isRecord(error) || error['errorCode'] !== 'REQUEST_LIMIT_EXCEEDED') return undefined;
  return /concurrent/i.test(String(error['message'])) ? minuteMs : 15 * minuteMs;
}

/** One record of several was refused. */
export class RefusedRecord extends CrmError {
  /** Salesforce's own word for it. */
  readonly code: string;
  /** The record that has a unique value already. */
  readonly existing: string | undefined;

  constructor(answer: Answer, { statusCode, message, fields }: SaveError) {
    const named = fields.filter((field) => typeof field === 'string' && !message.includes(field)).join(', ');
    const words = named === '' ? message : `${message}: ${named}`;
    const refusal = answer.refusal({
      status: statusOf(statusCode, message),
      body: { message: words, errorCode: statusCode },
    });
    super(refusal.message, refusal.fault, refusal);
    this.code = statusCode;
    // `duplicate value found: … duplicates value on record with id: 003…`, of 15 characters, for fields that are unique.
    const [, id] = /on record with id: (\w{15,18})/.exec(message) ?? [];
    this.existing = statusCode === 'DUPLICATE_VALUE' && id !== undefined ? fullId(id) : undefined;
  }
}

/** Of a record that was deleted, merged into another, or never there. */
export const isGone = (reason: unknown): boolean =>
  reason instanceof RefusedRecord &&
  ['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY', 'NOT_FOUND', 'MALFORMED_ID'].includes(reason.code);

/**
 * The HTTP status that a record's code stands for. Codes:
 * https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
 */
function statusOf(code: string, message: string): number {
  // A trigger that met a locked row is told of by a code of its own, with this one in the words.
  if (message.includes('UNABLE_TO_LOCK_ROW')) return 423;
  switch (code) {
    // Somebody else, or a flow, is writing to the contact or its account.
    case 'UNABLE_TO_LOCK_ROW':
      return 423;
    case 'REQUEST_LIMIT_EXCEEDED':
    case 'TOO_MANY_APEX_REQUESTS':
      return 429;
    case 'SERVER_UNAVAILABLE':
    case 'REQUEST_RUNNING_TOO_LONG':
    case 'QUERY_TIMEOUT':
      return 503;
    // The organisation is full: somebody has to make room.
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
