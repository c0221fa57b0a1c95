/**
 * A delivery's states, of which `warned` is a kind of delivered; and `rejected` bodies and `spooled` hooks, which have no
 * deliveries yet.
 */
export const states = [
  'pending',
  'spooled',
  'held',
  'parked',
  'rejected',
  'dismissed',
  'warned',
  'delivered',
  'skipped',
] as const;
export type State = (typeof states)[number];

export const isState = (text: string): text is State => states.some((state) => state === text);

export const statesInWords: Readonly<Record<State, string>> = {
  pending: 'on its way, or to be tried again',
  spooled: 'kept in the table until the queue is back; the sweep sends it',
  held: 'until the visitor leaves an address',
  parked: 'given up: somebody has to look at it',
  rejected: 'a body that is not a chat',
  dismissed: 'parked, held or rejected, and somebody has seen it',
  warned: 'in the CRM, without something that it did not accept',
  delivered: 'in the CRM',
  skipped: 'not meant for this destination, by its rules',
};
