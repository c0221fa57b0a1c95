import type { Scheduler } from 'fast-check';

/**
 * What becomes of one request: `refused` never took effect; `lost` did, although its answer says otherwise; of one that
 * was `repeated`, because the first answer was lost on the way, the second is heard.
 */
export type Fate = 'answered' | 'refused' | 'lost' | 'repeated';

/** A process that may die at any of its awaits. What it asked for by then takes effect all the same. */
export type Process = {
  readonly isAlive: () => boolean;
  /** Asks something outside: the effect is one moment, and its answer comes in another. */
  readonly ask: <T>(what: string, effect: () => T, beyond?: Limits) => Promise<T>;
};

export type Limits = {
  readonly fate: Fate;
  /** What is thrown where the answer is no good. */
  readonly error: () => Error;
  /** True for a request that cannot take effect after the process's time is up. */
  readonly withinTime: boolean;
};

type ProcessOptions = {
  readonly scheduler: Scheduler;
  readonly now: () => number;
  /** When it is stopped, whatever it is doing. */
  readonly deadline: number;
  /** How many awaits it lives through. */
  readonly awaits: number;
  /** At which of them it stands still, while others go on. */
  readonly stallsAt: number | undefined;
};

/** Moments for which it stands still: enough for another to deliver a chat. */
const stall = 300;

/** The rest of a dead process's code never runs. */
const never = new Promise<never>(() => {});

export function createProcess({ scheduler, now, deadline, awaits, stallsAt }: ProcessOptions): Process {
  let left = awaits;
  let asked = 0;
  const isAlive = () => left > 0 && now() < deadline;
  const pause = async (what: string) => {
    await scheduler.schedule(Promise.resolve(), what);
  };

  return {
    isAlive,
    ask: async (what, effect, { fate, error, withinTime } = dependable) => {
      if (!isAlive()) return never;
      left -= 1;
      asked += 1;
      for (let moments = asked === stallsAt ? stall : 1; moments > 0; moments -= 1) await pause(what);
      const isInTime = () => !withinTime || now() < deadline;
      if (fate === 'repeated') {
        if (isInTime()) effect();
        await pause(`${what} again`);
      }
      const happens = fate !== 'refused' && isInTime();
      const answer = happens ? { value: effect() } : undefined;
      await pause(`answer to ${what}`);
      if (!isAlive()) return never;
      left -= 1;
      if (answer === undefined || fate === 'lost') throw error();
      return answer.value;
    },
  };
}

const dependable: Limits = { fate: 'answered', error: () => new Error('unreachable'), withinTime: false };
