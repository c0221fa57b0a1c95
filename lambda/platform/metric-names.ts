/**
 * What the functions themselves measure, and in which unit. `infra/` makes alarms and the dashboard of the same names, so
 * neither can speak of a metric that nobody sends.
 */
export const metricUnits = {
  /** Of a destination: how its attempts ended. */
  Delivered: 'Count',
  Retried: 'Count',
  Parked: 'Count',
  Held: 'Count',
  Skipped: 'Count',
  CredentialsRefused: 'Count',
  Redirected: 'Count',
  /** Of the sweep: what it put back on the queue. */
  SweptSpooled: 'Count',
  SweptDue: 'Count',
  /** Of the sweep: how matters stand. */
  ParkedNow: 'Count',
  PendingNow: 'Count',
  HeldNow: 'Count',
  OldestPendingSeconds: 'Seconds',
} as const;

export type MetricName = keyof typeof metricUnits;

/** The dimension that tells a destination's metrics from another's. */
export const destinationDimension = 'Destination';
