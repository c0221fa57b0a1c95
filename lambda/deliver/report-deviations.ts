import { errorFields, type Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';

export type ReportDeviationsDependencies = {
  /** Counts a chat with the deviation and returns whether it is the first. */
  readonly countDeviation: (deviation: string) => Promise<boolean>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
};

/**
 * Logs and counts how an accepted chat deviates from the documented format. A new deviation raises an alarm. Never throws,
 * because it is for information only.
 */
export function createReportDeviations({ countDeviation, log, metrics }: ReportDeviationsDependencies) {
  return async (conversationId: string, deviations: readonly string[]): Promise<void> => {
    log.warn('not as documented', { conversationId, deviations });
    metrics.count('Undocumented');
    const counted = await Promise.allSettled(deviations.map(countDeviation));
    for (const [at, result] of counted.entries()) {
      if (result.status === 'rejected') {
        log.error('a deviation was not counted', { deviation: deviations[at], ...errorFields(result.reason) });
      } else if (result.value) metrics.count('FormatChanged');
    }
  };
}
