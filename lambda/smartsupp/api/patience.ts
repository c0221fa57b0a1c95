import { CrmError } from '../../crm/port/errors.ts';
import type { SmartsuppApi } from './client.ts';

type Patience = {
  /** Before each call. */
  readonly count?: () => void;
  /** Whether a pause is worth it. */
  readonly hasTimeFor: (pauseMs: number) => boolean;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

const usualPauseMs = 1_000;
const maxTries = 3;

/** A search that waits for as long as Smartsupp asks, and tries again after short troubles. */
export function patiently(
  search: SmartsuppApi['search'],
  { count, hasTimeFor, sleep }: Patience,
): SmartsuppApi['search'] {
  return async (query) => {
    for (let tries = 1; ; tries += 1) {
      count?.();
      try {
        return await search(query);
      } catch (error) {
        const isTemporary = error instanceof CrmError && error.fault.kind === 'retryable';
        const pauseMs = (isTemporary && 'retryAfterMs' in error.fault && error.fault.retryAfterMs) || usualPauseMs;
        if (!isTemporary || tries === maxTries || !hasTimeFor(pauseMs)) throw error;
        await sleep(pauseMs);
      }
    }
  };
}
