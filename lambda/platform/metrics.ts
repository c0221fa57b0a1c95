import { requiredEnv } from './env.ts';
import { destinationDimension, type MetricName, metricUnits } from './metric-names.ts';

/**
 * Counts in memory and prints at `flush`, once an invocation, as CloudWatch's embedded metric format: lines of the log
 * that CloudWatch turns into metrics. No call is made, and nothing is charged but the line.
 *
 * Receive does without: its log says all that is counted of it (`infra/receive.ts`).
 */
export type Metrics = {
  /** `value`: 1 where it is left out. A destination's metrics are kept apart from the others'. */
  readonly count: (name: MetricName, value?: number, options?: { readonly destination?: string }) => void;
  readonly flush: () => void;
};

/**
 * Written by hand (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html):
 * Powertools' metrics are 4 ms of a cold start.
 * @param service the function's name, as in its log
 */
export function createMetrics(service: string, now: () => Date): Metrics {
  // The stack's name, so that two stages in one account are told apart.
  const Namespace = requiredEnv('METRICS_NAMESPACE');
  const sums = new Map<string, Map<MetricName, number>>();

  function print(destination: string, metrics: ReadonlyMap<MetricName, number>): void {
    const dimensions = { service, ...(destination === '' ? {} : { [destinationDimension]: destination }) };
    const Metrics = [...metrics.keys()].map((Name) => ({ Name, Unit: metricUnits[Name] }));
    const directive = { Namespace, Dimensions: [Object.keys(dimensions)], Metrics };
    const _aws = { Timestamp: now().getTime(), CloudWatchMetrics: [directive] };
    process.stdout.write(`${JSON.stringify({ _aws, ...dimensions, ...Object.fromEntries(metrics) })}\n`);
  }

  return {
    count: (name, value = 1, { destination = '' } = {}) => {
      const metrics = sums.get(destination) ?? new Map<MetricName, number>();
      sums.set(destination, metrics.set(name, (metrics.get(name) ?? 0) + value));
    },
    flush: () => {
      for (const [destination, metrics] of sums) print(destination, metrics);
      sums.clear();
    },
  };
}

/** An attempt, as far as it is counted. */
export type CountedAttempt = {
  readonly destination: string;
  readonly outcome: keyof typeof outcomes;
  /** What stood in the way; what wants an operator is counted by itself. */
  readonly fault?: string | null;
};

const outcomes = {
  delivered: 'Delivered',
  retry: 'Retried',
  parked: 'Parked',
  held: 'Held',
  skipped: 'Skipped',
} as const satisfies Readonly<Record<string, MetricName>>;

const faults: ReadonlyMap<string, MetricName> = new Map([
  ['credentials', 'CredentialsRefused'],
  ['redirected', 'Redirected'],
]);

/** Counts an attempt, when it has ended, with what its line in the log says. */
export function countAttempt(metrics: Pick<Metrics, 'count'>, { destination, outcome, fault }: CountedAttempt): void {
  metrics.count(outcomes[outcome], 1, { destination });
  const wantsOperator = faults.get(fault ?? '');
  if (wantsOperator !== undefined) metrics.count(wantsOperator, 1, { destination });
}
