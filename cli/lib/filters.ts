import type { Delivery } from '../../lambda/delivery/delivery.ts';

/** What a command was asked to look at; what is undefined is not asked for. */
export type Filter = {
  readonly states: ReadonlySet<State>;
  readonly destination: string | undefined;
  readonly since: Date | undefined;
  /** A part of it, in any case. */
  readonly reason: string | undefined;
};

/** Where a chat stands at a destination; `rejected` bodies and hooks `waiting` for the queue are not that far yet. */
export const states = ['pending', 'waiting', 'held', 'parked', 'rejected', 'delivered', 'skipped'] as const;
export type State = (typeof states)[number];

/** The states that the table lists by time; the others are found by their chats. */
export const listedStates = ['pending', 'held', 'parked'] as const;
export type ListedState = (typeof listedStates)[number];

export const isState = (text: string): text is State => states.some((state) => state === text);

/** Whether a delivery is meant. */
export function picks(filter: Filter, { state, destination, since, reason }: Delivery): boolean {
  return (
    filter.states.has(state) &&
    (filter.destination === undefined || filter.destination === destination) &&
    isSince(filter, since) &&
    says(filter, reason ?? '')
  );
}

export const isSince = ({ since }: Pick<Filter, 'since'>, instant: string) =>
  since === undefined || Date.parse(instant) >= since.getTime();

export const says = ({ reason }: Pick<Filter, 'reason'>, text: string) =>
  reason === undefined || text.toLowerCase().includes(reason.toLowerCase());
