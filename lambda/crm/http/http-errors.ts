import { CrmError, type CrmFault, type Refusal, type RefusedPart } from '../port/errors.ts';
import { ConnectionTimeout } from './transport.ts';

/** For error messages, so it never contains an address or a value that was sent. */
export type FailedCall = {
  readonly vendor: string;
  /** An infinitive: `create the note`. */
  readonly operation: string;
  readonly writes: boolean;
  /** Default: advice for a destination. */
  readonly advice?: ((status: number) => string) | undefined;
};

/** No connection, a reset or a time-out. */
export function connectionFailed(call: FailedCall, cause: unknown, timedOut: boolean): CrmError {
  const unsent = neverSent(cause);
  const what = timedOut ? 'did not answer in time' : unsent ? 'cannot be reached' : 'closed the connection';
  const code = codeOf(cause);
  return new CrmError(
    `${call.vendor} ${what} when asked to ${call.operation}${code ? ` (${code})` : ''}. It will be tried again.`,
    { kind: 'retryable' },
    { outcomeUnknown: call.writes && !unsent },
  );
}

/** Nothing was sent, because the function is about to end. */
export const outOfTime = ({ vendor, operation }: FailedCall) =>
  new CrmError(`There was no time left to ask ${vendor} to ${operation}. It will be tried again.`, {
    kind: 'retryable',
  });

/** An answer that is a web page, cut short, too long, or not what the vendor documents. */
export function malformed(call: FailedCall, status: number): CrmError {
  const what = `gave an answer that cannot be read when asked to ${call.operation} (${status})`;
  return new CrmError(
    `${call.vendor} ${what}. It will be tried again.`,
    { kind: 'retryable' },
    { status, outcomeUnknown: call.writes },
  );
}

/**
 * A refusal, by its status:
 * - 408, 423, 425, 429 and 5xx are temporary. So is any 4xx except 401 with `Retry-After`, such as HubSpot's 477.
 * - 401, 402 and 403 need an operator. A 403 means a token without the scope or a user without the right (for one,
 *   https://developers.hubspot.com/docs/api-reference/error-handling); parking every chat would hide that one cause.
 * - A redirect may be temporary maintenance. It is not followed: that would send the credentials and the visitor's
 *   words to an address that nobody configured. After a write it may mean that the write succeeded (303).
 * - Any other 4xx is the fault of this request, and so is a 403 that names a field: no right to assign, for one.
 */
export function refused(
  call: FailedCall,
  answer: {
    readonly status: number;
    readonly words: string;
    readonly retryAfterMs: number | undefined;
    readonly named?: readonly Refusal[];
  },
): CrmError {
  const { status, words, retryAfterMs, named = [] } = answer;
  const usual = faultOf(status, retryAfterMs);
  const fault: CrmFault = usual.kind === 'credentials' && status === 403 && named.length > 0 ? permanent : usual;
  const quoted = words === '' ? '' : `: ${words}`;
  const fullStop = /[.!?…]$/.test(quoted) ? '' : '.';
  return new CrmError(
    `${call.vendor} answered ${status} when asked to ${call.operation}${quoted}${fullStop} ${adviceFor(call, status, fault)}`,
    fault,
    {
      status,
      outcomeUnknown: call.writes && (status >= 500 || status === 408 || status < 400),
      vendor: call.vendor,
      refused: fault.kind === 'permanent' ? named : [],
      isLookUp: !call.writes,
    },
  );
}

const permanent = { kind: 'permanent' } as const;

function faultOf(status: number, retryAfterMs: number | undefined): CrmFault {
  if (status === 401) return { kind: 'credentials' };
  if (status < 400) return { kind: 'redirected' };
  const isTemporary = status >= 500 || [408, 423, 425, 429].includes(status);
  if (isTemporary || retryAfterMs !== undefined) {
    return { kind: 'retryable', ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  return { kind: [402, 403].includes(status) ? 'credentials' : 'permanent' };
}

function adviceFor({ advice }: FailedCall, status: number, { kind }: CrmFault): string {
  if (kind === 'retryable') return 'It will be tried again.';
  if (advice !== undefined) return advice(status);
  if (status === 401) return 'Give the destination valid credentials.';
  if (status === 402) return 'Pay for the account, or choose a plan that includes its API.';
  if (status === 403) return "Give the destination's credentials the rights that docs/crms/ lists.";
  if (status < 400) return 'Redirects are not followed: if this goes on, set the address that it leads to.';
  return 'Fix what it names, in the CRM or in forwarder.json (`fields`, for one).';
}

/** Certain only if the connection was never made: a later failure may follow the whole request. */
function neverSent(cause: unknown): boolean {
  if (typeof cause !== 'object' || cause === null) return false;
  // An AggregateError: several addresses were tried.
  if ('errors' in cause && Array.isArray(cause.errors)) return cause.errors.every(neverSent);
  if ('syscall' in cause) return cause.syscall === 'connect' || cause.syscall === 'getaddrinfo';
  return cause instanceof ConnectionTimeout;
}

function codeOf(cause: unknown): string | undefined {
  const hasCode = typeof cause === 'object' && cause !== null && 'code' in cause;
  return hasCode && typeof cause.code === 'string' ? cause.code : undefined;
}

type NameRefusals = (
  field: unknown,
  code: unknown,
  options?: { readonly isUnknownField?: boolean },
) => readonly Refusal[];

/**
 * Names the field that a vendor refused. Ignores anything that isn't a name, since a vendor may quote a value there.
 * @param parts the vendor's names for the standard fields
 */
export const nameRefusals =
  (parts: Readonly<Record<string, RefusedPart>>): NameRefusals =>
  (field, code, { isUnknownField = false } = {}) =>
    typeof field === 'string' && isName(field)
      ? [
          {
            part: Object.hasOwn(parts, field) ? (parts[field] ?? 'field') : 'field',
            field,
            code: typeof code === 'string' && isName(code) ? code : 'refused',
            ...(isUnknownField && { isUnknownField }),
          },
        ]
      : [];

const isName = (text: string) => /^[\p{L}\p{N}_][\p{L}\p{N}_.:/ -]{0,79}$/u.test(text);
