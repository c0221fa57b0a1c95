import { CrmError } from '../../lambda/crm/port/errors.ts';
import type { Draw } from './clock.ts';
import type { FaultKind } from './script.ts';

/** A call of a process to the outside. */
export type Request<T> = {
  /** `table`, `queue`, `secrets`, `smartsupp`, or the name of a CRM. */
  readonly service: string;
  readonly what: string;
  /** What happens there, in one moment. */
  readonly effect: () => T;
  /** False for what only reads: its outcome is never in doubt. */
  readonly writes?: boolean;
  /** Whether it may take effect long after it was given up: who makes it again has waited for that. */
  readonly mayBeLate?: boolean;
  /** How long a search does not find what it writes. */
  readonly searchLagMs?: number;
};

/** An answer of Smartsupp's REST API that is none of its own. */
export class Refused extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, headers: Readonly<Record<string, string>> = {}) {
    super(`Answered ${status}.`);
    this.status = status;
    this.headers = headers;
  }
}

const second = 1000;
/** As deliver's HTTP client has it. */
const crmTimeoutMs = 10 * second;
const releaseMs = 5 * second;
/** It begins no call that could not even connect in time. */
const connectionMs = 3 * second;
/** Gateways cut off what takes longer. */
const gatewayMs = 60 * second;

/** What becomes of a call. */
export type Course = {
  /** Each time that it takes effect. */
  readonly effectsAt: readonly number[];
  readonly answerAt: number;
  readonly error?: Error;
};

/** As the SDK makes it of its tries: refused in the end, done without an answer, or done twice. */
export function awsCourse(fault: FaultKind | undefined, now: number, draw: Draw): Course {
  const there = now + 2 + draw('there') * 18;
  const back = there + 2 + draw('back') * 18;
  if (fault === undefined) return { effectsAt: [there], answerAt: back };
  const error = new Error('AWS is away.');
  const delay = draw('delay') * 7 * second;
  switch (fault) {
    case 'refused':
      return { effectsAt: [], answerAt: back + delay, error };
    case 'lost':
      return { effectsAt: [there], answerAt: back + delay, error };
    case 'repeated':
      return { effectsAt: [there, there + 1 + delay], answerAt: back + 1 + delay };
    case 'slow':
      return { effectsAt: [there + delay], answerAt: back + 2 * delay };
    default:
      throw new Error(`AWS has no fault ${fault}.`);
  }
}

/** As Smartsupp's REST API answers, or does not. */
export function apiCourse(fault: FaultKind | undefined, now: number, draw: Draw): Course {
  const there = now + 20 + draw('there') * 300;
  const answerAt = there + 20 + draw('back') * 300;
  const refusal = (status: number, headers?: Readonly<Record<string, string>>): Course => ({
    effectsAt: [],
    answerAt,
    error: new Refused(status, headers),
  });
  switch (fault) {
    case undefined:
      return { effectsAt: [there], answerAt };
    case 'slow':
      return { effectsAt: [there], answerAt: answerAt + draw('delay') * 20 * second };
    case 'late':
      // Given up by then.
      return { effectsAt: [there], answerAt: now + gatewayMs };
    case 'refused':
      return refusal(draw('status') < 0.5 ? 500 : 503);
    case 'rate limited':
      return refusal(429, { 'retry-after': String(Math.round(draw('delay') ** 4 * 600)) });
    case 'credentials':
      return refusal(401);
    default:
      return { effectsAt: [there], answerAt, error: new Error('The connection broke.') };
  }
}

export function crmCourse(
  fault: FaultKind | undefined,
  { writes = false, mayBeLate = false, searchLagMs = 0 }: Request<unknown>,
  {
    now,
    draw,
    deadline,
    isFatal,
  }: { readonly now: number; readonly draw: Draw; readonly deadline: number; readonly isFatal: boolean },
): Course {
  // Of a process that died, and of a contact, the lease is all that the next one waits for.
  const landsBy = mayBeLate && !isFatal ? Number.POSITIVE_INFINITY : deadline - searchLagMs;
  const there = now + 20 + draw('there') * 300;
  const back = there + 20 + draw('back') * 300;
  if (now > deadline - releaseMs - connectionMs) {
    return { effectsAt: [], answerAt: now, error: retryable('There is no time left.') };
  }
  if (fault === undefined && back <= deadline - releaseMs) return { effectsAt: [there], answerAt: back };
  const timeoutAt = Math.max(now, Math.min(now + crmTimeoutMs, deadline - releaseMs));
  const broken = retryable('It broke off.', { outcomeUnknown: writes });
  const delay = fault === undefined ? 0 : draw('delay');
  const refusal = (error: Error): Course => ({ effectsAt: [], answerAt: back, error });
  switch (fault) {
    case 'refused':
      return refusal(retryable('It is away.'));
    case 'rate limited':
      return refusal(retryable('Too many calls.', { retryAfterMs: Math.round(delay ** 4 * 600) * second }));
    case 'credentials':
      return refusal(new CrmError('Who are you?', { kind: 'credentials' }, { status: 401 }));
    case 'redirected':
      return refusal(new CrmError('It leads elsewhere.', { kind: 'redirected' }, { status: 302 }));
    case 'broken before':
      return refusal(broken);
    case 'lost':
      return { effectsAt: [there], answerAt: back, error: broken };
    case 'bug':
      return { effectsAt: [there], answerAt: back, error: new TypeError('undefined is not a function') };
    case 'late':
      return { effectsAt: [Math.min(there + delay * gatewayMs, landsBy)], answerAt: timeoutAt, error: broken };
    case 'slow':
    case undefined: {
      const at = there + delay * crmTimeoutMs;
      const answerAt = back + delay * crmTimeoutMs;
      return answerAt <= timeoutAt
        ? { effectsAt: [at], answerAt }
        : { effectsAt: [Math.min(at, landsBy)], answerAt: timeoutAt, error: broken };
    }
    default:
      return refusal(new Error(`A CRM has no fault ${fault}.`));
  }
}

function retryable(
  message: string,
  { outcomeUnknown = false, retryAfterMs }: { readonly outcomeUnknown?: boolean; readonly retryAfterMs?: number } = {},
): CrmError {
  return new CrmError(
    message,
    { kind: 'retryable', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    { outcomeUnknown },
  );
}
