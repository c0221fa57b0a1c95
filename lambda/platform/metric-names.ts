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
  /** What reconcile asked to be fetched, and how far back it has come. */
  ReconcileRequested: 'Count',
  ReconcileLagSeconds: 'Seconds',
  /** Chats that nobody but reconcile told of. */
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
