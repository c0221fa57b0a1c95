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
