import { CrmError } from '../crm/port/errors.ts';

/** What to do about a delivery whose attempt failed. */
export type Verdict = {
  readonly decision: { readonly kind: 'park' } | { readonly kind: 'retry'; readonly at: Date };
  /** For the operator, and for the ledger. */
  readonly reason: string;
  /** What an alarm may count by. */
  readonly fault: FaultKind;
};

export type FaultKind = CrmError['fault']['kind'] | 'unexpected';

export type RetryPolicy = (error: unknown, attempt: FailedAttempt) => Verdict;

export type FailedAttempt = {
  /** Counted from 1. */
  readonly attempts: number;
  /** When the first of them was made. */
  readonly since: Date;
  readonly now: Date;
  /** The CRM may still be doing what it was asked to. */
  readonly outcomeUnknown: boolean;
};

const second = 1000;
const minute = 60 * second;
const firstDelay = 5 * second;
const maxDelay = 15 * minute;
/** An operator takes longer than a server to come back, and some CRMs lock out an address that knocks too often. */
const operatorDelay = 30 * minute;
/**
 * A CRM may commit a write well after we stopped waiting for its answer. What looks for the note before that finds
 * nothing, and writes another. Gateways cut off what takes longer than a minute.
 */
const unknownOutcomeDelay = 90 * second;

/**
 * From a typed error to the next step: permanent faults are parked at once; a vendor's wish to wait is honoured; an
 * unknown outcome is left alone until it must be decided; the rest backs off. Jitter is added to a delay, never taken
 * from it, so nothing comes back before its time.
 * @param random from 0 to 1
 */
export function createRetryPolicy(options: {
  readonly giveUpAfterHours: number;
  readonly random: () => number;
}): RetryPolicy {
  return (error, { attempts, since, now, outcomeUnknown }) => {
    const { fault, reason } = describe(error);
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
      return { decision: { kind: 'park' }, reason: `Gave up after ${hours}. At last: ${reason}`, fault: fault.kind };
    }
    return { decision: { kind: 'retry', at }, reason, fault: fault.kind };
  };
}

const backOff = (attempts: number) => Math.min(firstDelay * 2 ** (attempts - 1), maxDelay);

function describe(error: unknown): { fault: CrmError['fault'] | { kind: 'unexpected' }; reason: string } {
  if (error instanceof CrmError) return { fault: error.fault, reason: error.message };
  // Only the name: a message that we did not write may hold anything.
  const name = error instanceof Error ? error.name : typeof error;
  return { fault: { kind: 'unexpected' }, reason: `Unexpected ${name} in the adapter: this is a bug to report.` };
}
