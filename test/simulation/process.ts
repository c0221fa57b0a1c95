import { apiCourse, awsCourse, crmCourse, type Request } from './calls.ts';
import type { Clock, Draw } from './clock.ts';
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

/** The rest of a dead process's code never runs. Each waits for its own: one promise for all would keep every history. */
const never = () => new Promise<never>(() => {});

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
    if (isKilled) return never();
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
      return never();
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

function attempted<T>(effect: () => T): PromiseSettledResult<T> {
  try {
    return { status: 'fulfilled', value: effect() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}
