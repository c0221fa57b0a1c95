import { CrmError } from '../crm/errors.ts';
import { OutOfTime } from './gathering.ts';

type Step = 'plan' | 'contact' | 'log' | 'follow-up';

/** What an adapter or a mapping threw, told apart from what our own store may throw. */
export class AdapterFailure extends Error {
  override readonly name = 'AdapterFailure';
  readonly step: Step;

  constructor(step: Step, cause: unknown) {
    super(`The step "${step}" failed.`, { cause });
    this.step = step;
  }

  get isPermanent(): boolean {
    return this.cause instanceof CrmError && this.cause.fault.kind === 'permanent';
  }

  /** Nothing was tried: it counts for nothing. */
  get isUntried(): boolean {
    return this.cause instanceof OutOfTime;
  }

  /** Whether something may have been written all the same that can be written twice: a contact is looked up anyway. */
  get leavesDoubt(): boolean {
    if (this.step === 'plan' || this.step === 'contact' || this.isUntried) return false;
    return !(this.cause instanceof CrmError) || this.cause.outcomeUnknown;
  }
}

/** Marks what is thrown by somebody outside. */
export async function asked<T>(step: Step, answer: Promise<T> | T): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new AdapterFailure(step, cause);
  }
}
