import { errorFields, type Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import isAsDocumented from './documented.validate.generated.js';

/**
 * A place and a rule of the documented schema that a body breaks. It contains no value of the body, and no key that a
 * visitor or a shop chose.
 */
export type Deviation = string;

/** A longer body is not checked, because a million deviations would create a million error objects. */
const maxLength = 64 * 1024;

/** Each deviation once, sorted. There are at most as many as the schema has rules. */
export function deviationsOf(hook: unknown, length: number): readonly Deviation[] {
  if (length > maxLength || isAsDocumented(hook)) return [];
  return [...new Set(isAsDocumented.errors?.map(({ schemaPath }) => toDeviation(schemaPath)))].toSorted();
}

// `#/properties/messages/items/type` is `/messages/* type`.
function toDeviation(schemaPath: string): Deviation {
  const steps = schemaPath.split('/').slice(1);
  const rule = steps.pop() ?? '';
  let pointer = '';
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    pointer += `/${step === 'properties' ? steps.shift() : '*'}`;
  }
  return `${pointer || '/'} ${rule}`;
}

type ReportDeviationsDependencies = {
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
