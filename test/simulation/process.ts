import { CrmError } from '../../lambda/crm/port/errors.ts';
import type { Clock, Draw } from './clock.ts';
import { Refused } from './rest-api.ts';
import { type Fault, type FaultKind, mayFail } from './script.ts';

/** What all processes of a history have in common. */
export type Surroundings = {
  readonly clock: Clock;
  readonly start: number;
  readonly draw: Draw;
  readonly faults: readonly Fault[];
  /** Whether asking for it kills the process, whenever it is tried. */
  readonly isDeadly: (what: string) => boolean;
  /** Told whose the effect is that comes next. */
  readonly actor: { name: string };
  /** Told of every fault that is injected, and of every death. */
  readonly count: (what: string) => void;
  /** Absent unless a timeline is wanted. */
  readonly trace: ((line: string) => void) | undefined;
};

/** A process that may die at any call to the outside. What it asked for by then may take effect all the same. */
export type Process = {
  readonly name: string;
  readonly deadline: number;
  readonly isAlive: () => boolean;
  readonly kill: (why: string) => void;
  readonly ask: <T>(request: Request<T>) => Promise<T>;
};

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

const second = 1000;
/** As deliver's HTTP client has it. */
const crmTimeoutMs = 10 * second;
const releaseMs = 5 * second;
/** It begins no call that could not even connect in time. */
const connectionMs = 3 * second;
/** Gateways cut off what takes longer. */
const gatewayMs = 60 * second;

/** The rest of a dead process's code never runs. */
const never = new Promise<never>(() => {});

type Course = {
  /** Each time that it takes effect. */
  readonly effectsAt: readonly number[];
  readonly answerAt: number;
  readonly error?: Error;
};

export function createProcess(
  { clock, draw, faults, isDeadly, actor, count, trace }: Surroundings,
  {
    name,
    deadline,
    onDeath,
    resume = (settle) => settle(),
  }: {
    readonly name: string;
    readonly deadline: number;
    readonly onDeath: () => void;
    /** Settles what was asked for: later if the process is frozen by then. */
    readonly resume?: (settle: () => void) => void;
  },
): Process {
  const kind = name.split(' ')[0] ?? name;
  let isKilled = false;
  const isAlive = () => !isKilled && clock.now() < deadline;
  const kill = (why: string) => {
    if (isKilled) return;
    isKilled = true;
    trace?.(`${name} ${why}`);
    onDeath();
  };

  const faultOf = (service: string, what: string): FaultKind | undefined => {
    const now = clock.now();
    for (const fault of faults) {
      if (!mayFail(fault, service) || !what.includes(fault.only)) continue;
      if (now < fault.from || now >= fault.from + fault.lasts) continue;
      if (draw(`${kind} ${service} ${what} ${fault.kind}`) * 100 < fault.percent) return fault.kind;
    }
    return undefined;
  };

  function ask<T>(request: Request<T>): Promise<T> {
    if (isKilled) return never;
    const { service, what, effect } = request;
    const label = `${kind} ${service} ${what}`;
    const isDeadlyHere = isDeadly(what);
    const isFatal = isDeadlyHere || faultOf('functions', label) === 'killed';
    const fault = faultOf(service, what);
    const isCrm = service.startsWith('crm');
    const course = isCrm
      ? crmCourse(fault, request, { now: clock.now(), draw: (more) => draw(`${label} ${more}`), deadline, isFatal })
      : (service === 'smartsupp' ? apiCourse : awsCourse)(fault, clock.now(), (more) => draw(`${label} ${more}`));
    if (fault !== undefined) count(`${isCrm ? 'CRM' : service}: ${fault}`);
    trace?.(`${name} asks ${service} to ${what}${fault === undefined ? '' : `: ${fault}`}`);

    let result: PromiseSettledResult<T> | undefined;
    const take = () => {
      actor.name = name;
      result = attempted(effect);
      if (!isAlive()) trace?.(`${name}, dead, still has its effect: ${what}`);
    };
    if (isFatal) {
      count('function: killed');
      // Whether the request had left it by then.
      const [first] = course.effectsAt;
      if (first !== undefined && !isDeadlyHere && draw(`${label} sent`) < 0.5) clock.at(first, take);
      kill('is killed');
      return never;
    }
    for (const at of course.effectsAt) clock.at(at, take);
    return new Promise((resolve, reject) => {
      const settle = () => {
        if (course.error !== undefined) reject(course.error);
        else if (result?.status === 'fulfilled') resolve(result.value);
        else reject(result?.reason);
      };
      clock.at(course.answerAt, () => {
        if (!isKilled) resume(settle);
      });
    });
  }

  return { name, deadline, isAlive, kill, ask };
}

/** As the SDK makes it of its tries: refused in the end, done without an answer, or done twice. */
function awsCourse(fault: FaultKind | undefined, now: number, draw: Draw): Course {
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
function apiCourse(fault: FaultKind | undefined, now: number, draw: Draw): Course {
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

function crmCourse(
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

function attempted<T>(effect: () => T): PromiseSettledResult<T> {
  try {
    return { status: 'fulfilled', value: effect() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}
