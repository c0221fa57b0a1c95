/** What a channel can be told of; `alarms`: whatever raises an alarm of AWS. */
export const notifyEvents = ['alarms', 'parked', 'rejected', 'silence', 'missed'] as const;
export type NotifyEvent = (typeof notifyEvents)[number];

export const services = ['slack', 'teams', 'webhook'] as const;
export type Service = (typeof services)[number];

/** A chat channel, or a system of one's own. */
export type NotifyConfig = {
  readonly to: Service;
  readonly on: readonly NotifyEvent[];
  readonly withWords: boolean;
};
