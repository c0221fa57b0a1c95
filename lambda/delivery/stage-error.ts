import { CrmError } from '../crm/port/errors.ts';
import { OutOfTime } from './batch-loader.ts';

export type Stage = 'plan' | 'contact' | 'note' | 'follow-up';

/** What a mapping or an adapter threw, and during which stage: told apart from what our own store throws. */
export class StageError extends Error {
  override readonly name = 'StageError';
  readonly stage: Stage;

  constructor(stage: Stage, cause: unknown) {
    super(`The stage "${stage}" failed.`, { cause });
    this.stage = stage;
  }

  /** Nothing was tried: it counts for nothing. */
  get isUntried(): boolean {
    return this.cause instanceof OutOfTime;
  }

  /** Whether the CRM may have done, or may still be doing, what it was asked to. */
  get isOutcomeUnknown(): boolean {
    if (this.cause instanceof CrmError) return this.cause.outcomeUnknown;
    return this.writesOnce && !this.isUntried;
  }

  /** Whether something may have been written all the same that can be written twice. A contact is looked up anyway. */
  get leavesDoubt(): boolean {
    return this.writesOnce && this.isOutcomeUnknown;
  }

  private get writesOnce(): boolean {
    return this.stage === 'note' || this.stage === 'follow-up';
  }
}

/** @throws StageError around whatever the work throws */
export async function during<T>(stage: Stage, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new StageError(stage, cause);
  }
}
