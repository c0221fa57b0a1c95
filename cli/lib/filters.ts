import { type Delivery, isWarned, shownState } from '../../lambda/delivery/delivery.ts';
import { rejectedStates } from '../../lambda/store/records.ts';
import type { State } from './states.ts';

export type Filter = {
  readonly states: ReadonlySet<State>;
  readonly destination: string | undefined;
  readonly since: Date | undefined;
  /** A part of the reason; case is ignored. */
  readonly reason: string | undefined;
};

/** The states in the table's index; others are found through their chats. */
export const listedStates = ['pending', 'held', 'parked', 'dismissed', 'warned'] as const;
export type ListedState = (typeof listedStates)[number];

export function matches(filter: Filter, delivery: Delivery): boolean {
  const { destination, since, dismissal } = delivery;
  return (
    (filter.states.has(shownState(delivery)) || (filter.states.has('warned') && isWarned(delivery))) &&
    (filter.destination === undefined || filter.destination === destination) &&
    isSince(filter, since) &&
    hasReason(filter, `${dismissal?.reason ?? ''} ${reasonText(delivery) ?? ''}`)
  );
}

/** Why a delivery is where it is, or what of it the CRM did not accept. */
export const reasonText = ({ reason, warnings }: Delivery): string | null =>
  reason ?? (warnings.length === 0 ? null : `Not accepted: ${warnings.join(', ')}`);

export const isSince = ({ since }: Pick<Filter, 'since'>, instant: string) =>
  since === undefined || Date.parse(instant) >= since.getTime();

export const hasReason = ({ reason }: Pick<Filter, 'reason'>, text: string) =>
  reason === undefined || text.toLowerCase().includes(reason.toLowerCase());

export const rejectedIn = ({ since, states }: Pick<Filter, 'since' | 'states'>) => ({
  since,
  states: rejectedStates.filter((state) => states.has(state)),
});
