import { Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import { destinationDimension, type MetricName, metricUnits } from './metric-names.ts';

/**
 * Counts in memory and prints at `flush`, once an invocation, as CloudWatch's embedded metric format: lines of the log
 * that CloudWatch turns into metrics. No call is made, and nothing is charged but the line.
 *
 * Receive does without: loading this adds 5 ms to a cold start of 50, and its log says all that is counted of it
 * (`infra/receive.ts`).
 */
export type Metrics = {
  /** `value`: 1 where it is left out. A destination's metrics are kept apart from the others'. */
  readonly count: (name: MetricName, value?: number, options?: { readonly destination?: string }) => void;
  readonly flush: () => void;
};

/** @param service the function's name, as in its log */
export function createMetrics(service: string): Metrics {
  const byDestination = new Map<string, PowertoolsMetrics>();

  /** Powertools knows one set of dimensions at a time, so each destination has its own. */
  const metricsOf = (destination: string): PowertoolsMetrics => {
    const known = byDestination.get(destination);
    if (known !== undefined) return known;
    const made = new PowertoolsMetrics({
      // The stack's name, so that two stages in one account are told apart.
      namespace: process.env['POWERTOOLS_METRICS_NAMESPACE'] ?? 'SmartsuppCrmForwarder',
      serviceName: service,
      ...(destination === '' ? {} : { defaultDimensions: { [destinationDimension]: destination } }),
    });
    byDestination.set(destination, made);
    return made;
  };

  return {
    count: (name, value = 1, { destination = '' } = {}) => {
      metricsOf(destination).addMetric(name, metricUnits[name], value);
    },
    flush: () => {
      for (const metrics of byDestination.values()) if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}

/** An attempt, as far as it is counted. */
export type CountedAttempt = {
  readonly destination: string;
  readonly outcome: keyof typeof outcomes;
  /** What stood in the way; `credentials` is counted by itself. */
  readonly fault?: string | null;
};

const outcomes = {
  delivered: 'Delivered',
  retry: 'Retried',
  parked: 'Parked',
  held: 'Held',
  skipped: 'Skipped',
} as const satisfies Readonly<Record<string, MetricName>>;

/** Counts an attempt, when it has ended, with what its line in the log says. */
export function countAttempt(metrics: Pick<Metrics, 'count'>, { destination, outcome, fault }: CountedAttempt): void {
  metrics.count(outcomes[outcome], 1, { destination });
  if (fault === 'credentials') metrics.count('CredentialsRefused', 1, { destination });
}
