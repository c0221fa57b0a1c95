import { CrmError } from '../crm/port/errors.ts';
import { OutOfTime } from './batch-loader.ts';

export type Stage = 'plan' | 'contact' | 'note' | 'follow-up' | 'file';

/** An error of a mapping or an adapter, with its stage. Errors of our own store are not wrapped. */
export class StageError extends Error {
  override readonly name = 'StageError';
  readonly stage: Stage;

  constructor(stage: Stage, cause: unknown) {
    super(`The stage "${stage}" failed.`, { cause });
    this.stage = stage;
  }

  get isUntried(): boolean {
    return this.cause instanceof OutOfTime;
  }

  /** The CRM may have carried out the request, or may still do so. */
  get isOutcomeUnknown(): boolean {
    if (this.cause instanceof CrmError) return this.cause.outcomeUnknown;
    return this.stage !== 'plan' && !this.isUntried;
  }

  /** Something may be duplicated by writing it again. Contacts cannot: they are always looked up first. */
  get leavesDoubt(): boolean {
    return this.writesOnce && this.isOutcomeUnknown;
  }

  private get writesOnce(): boolean {
    return this.stage === 'note' || this.stage === 'follow-up';
  }
}

export async function during<T>(stage: Stage, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new StageError(stage, cause);
  }
}

export type Verdict = {
  readonly decision: { readonly kind: 'park' | 'skip' } | { readonly kind: 'retry'; readonly at: Date };
  readonly reason: string;
  /** Alarms are counted by fault. */
  readonly fault: FaultKind;
};

export type FaultKind = CrmError['fault']['kind'] | 'unexpected';

export type RetryPolicy = (error: unknown, attempt: FailedAttempt) => Verdict;

export type FailedAttempt = {
  readonly attempts: number;
  readonly since: Date;
  readonly now: Date;
  readonly outcomeUnknown: boolean;
};

const second = 1000;
const minute = 60 * second;
const firstDelay = 5 * second;
const maxDelay = 15 * minute;
/**
 * A fix by an operator takes longer than a server's recovery, and some CRMs lock out an address that tries too often.
 */
const operatorDelay = 30 * minute;
/** A CRM may commit a write until its gateway cuts it off, about a minute later. Look for the note only then. */
export const unknownOutcomeDelay = 90 * second;

/**
 * Decides what follows a failed attempt. Permanent faults are parked, a vendor's `retryAfter` is respected, an unknown
 * outcome waits until it can be checked, and everything else backs off. Jitter only adds to a delay, so nothing retries
 * early.
 * @param random from 0 to 1
 */
export function createRetryPolicy(options: {
  readonly giveUpAfterHours: number;
  readonly random: () => number;
}): RetryPolicy {
  return (error, { attempts, since, now, outcomeUnknown }) => {
    const { fault, reason } = describe(error);
    if (fault.kind === 'suspended') return { decision: { kind: 'skip' }, reason, fault: fault.kind };
    if (fault.kind === 'permanent') return { decision: { kind: 'park' }, reason, fault: fault.kind };

    const needsOperator = fault.kind === 'credentials' || fault.kind === 'redirected';
    const usual = needsOperator ? operatorDelay : backOff(attempts);
    const wait = outcomeUnknown ? Math.max(usual, unknownOutcomeDelay) : usual;
    const asked = fault.kind === 'retryable' ? (fault.retryAfterMs ?? 0) : 0;
    const jitter = 1 + options.random() * 0.2;
    const at = new Date(now.getTime() + Math.max(wait, asked) * jitter);
    const giveUpAt = since.getTime() + options.giveUpAfterHours * 60 * minute;
    if (at.getTime() > giveUpAt) {
      const hours = `${options.giveUpAfterHours} hours`;
      return { decision: { kind: 'park' }, reason: `Gave up after ${hours}. Last error: ${reason}`, fault: fault.kind };
    }
    return { decision: { kind: 'retry', at }, reason, fault: fault.kind };
  };
}

const backOff = (attempts: number) => Math.min(firstDelay * 2 ** (attempts - 1), maxDelay);

function describe(error: unknown): { fault: CrmError['fault'] | { kind: 'unexpected' }; reason: string } {
  if (error instanceof CrmError) return { fault: error.fault, reason: error.message };
  // Only the name: the message of an unknown error may contain personal data.
  const name = error instanceof Error ? error.name : typeof error;
  return { fault: { kind: 'unexpected' }, reason: `Unexpected ${name} in the adapter: this is a bug to report.` };
}
