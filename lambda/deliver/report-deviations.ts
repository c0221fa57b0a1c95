import { errorFields, type Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';

export type ReportDeviationsDependencies = {
  /** Counts one more chat; answers whether none was like that before. */
  readonly countDeviation: (deviation: string) => Promise<boolean>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
};

/**
 * Tells that an accepted chat is not as the format is documented, and raises an alarm for what has never been seen. It is
 * for information only, so it never throws.
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
