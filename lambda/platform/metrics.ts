import { requiredEnv } from './env.ts';

/**
 * Counts in memory, and prints log lines that CloudWatch turns into metrics, without an API call. Receive has none:
 * metric filters read its log (`infra/receive.ts`).
 */
export type Metrics = {
  /** `value` is 1 by default. Each destination has its own metrics. */
  readonly count: (name: MetricName, value?: number, options?: { readonly destination?: string }) => void;
  readonly flush: () => void;
};

/**
 * Powertools' metrics would take 4 ms of a cold start, so this writes the embedded metric format itself:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
 */
export function createMetrics(service: string, now: () => Date): Metrics {
  // The stack's name tells two stages in one account apart.
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

type CountedAttempt = {
  readonly destination: string;
  readonly outcome: keyof typeof outcomes;
  /** Faults that need an operator are counted separately. */
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

export function countAttempt(metrics: Pick<Metrics, 'count'>, { destination, outcome, fault }: CountedAttempt): void {
  metrics.count(outcomes[outcome], 1, { destination });
  const wantsOperator = faults.get(fault ?? '');
  if (wantsOperator !== undefined) metrics.count(wantsOperator, 1, { destination });
}

/** The functions' own metrics with their units. `infra/` builds alarms and the dashboard from the same names. */
export const metricUnits = {
  /** How a destination's attempts ended. */
  Delivered: 'Count',
  Retried: 'Count',
  Parked: 'Count',
  Held: 'Count',
  Skipped: 'Count',
  /** Delivered without something that the CRM did not accept. */
  Warned: 'Count',
  CredentialsRefused: 'Count',
  Redirected: 'Count',
  /** Accepted chats that deviate from the documented format, and deviations that were never seen before. */
  Undocumented: 'Count',
  FormatChanged: 'Count',
  /** Smartsupp's signed events: what they say, that they lead to nothing, or that nobody knows them. */
  EventsClosed: 'Count',
  EventsClosedByContact: 'Count',
  EventsRated: 'Count',
  EventsContactUpdated: 'Count',
  EventsIgnored: 'Count',
  EventsUnknown: 'Count',
  EventsOfOthers: 'Count',
  /** How many conversations reconcile asked for, and how far back it has come. */
  ReconcileRequested: 'Count',
  ReconcileLagSeconds: 'Seconds',
  /** Chats that only reconcile found. */
  Healed: 'Count',
  /** Requeued by the sweep. */
  SweptSpooled: 'Count',
  SweptDue: 'Count',
  /** The backlog, as measured by the sweep. */
  ParkedNow: 'Count',
  PendingNow: 'Count',
  HeldNow: 'Count',
  OldestPendingSeconds: 'Seconds',
  /** Since the last chat came, on business days. */
  SilentHours: 'Count',
} as const;

export type MetricName = keyof typeof metricUnits;

export const destinationDimension = 'Destination';
