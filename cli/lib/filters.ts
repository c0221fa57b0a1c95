import { type Delivery, isWarned } from '../../lambda/delivery/delivery.ts';
import { type CommandOption, parsed, text } from './define-command.ts';
import { UsageError } from './terminal/errors.ts';
import { parseSince } from './terminal/time.ts';
import { timezoneHere } from './timezone.ts';

export type Filter = {
  readonly states: ReadonlySet<State>;
  readonly destination: string | undefined;
  readonly since: Date | undefined;
  /** A part of the reason; case is ignored. */
  readonly reason: string | undefined;
};

/**
 * A delivery's states, of which `warned` is a kind of delivered; and `rejected` bodies and `spooled` hooks, which have no
 * deliveries yet.
 */
export const states = ['pending', 'spooled', 'held', 'parked', 'rejected', 'warned', 'delivered', 'skipped'] as const;
export type State = (typeof states)[number];

/** The states in the table's index; others are found through their chats. */
export const listedStates = ['pending', 'held', 'parked', 'warned'] as const;
export type ListedState = (typeof listedStates)[number];

const isState = (text: string): text is State => states.some((state) => state === text);

export function matches(filter: Filter, delivery: Delivery): boolean {
  const { state, destination, since } = delivery;
  return (
    (filter.states.has(state) || (filter.states.has('warned') && isWarned(delivery))) &&
    (filter.destination === undefined || filter.destination === destination) &&
    isSince(filter, since) &&
    hasReason(filter, reasonText(delivery) ?? '')
  );
}

/** Why a delivery is where it is, or what of it the CRM did not accept. */
export const reasonText = ({ reason, warnings }: Delivery): string | null =>
  reason ?? (warnings.length === 0 ? null : `Not accepted: ${warnings.join(', ')}`);

export const isSince = ({ since }: Pick<Filter, 'since'>, instant: string) =>
  since === undefined || Date.parse(instant) >= since.getTime();

export const hasReason = ({ reason }: Pick<Filter, 'reason'>, text: string) =>
  reason === undefined || text.toLowerCase().includes(reason.toLowerCase());

const statesInWords: Readonly<Record<State, string>> = {
  pending: 'on its way, or to be tried again',
  spooled: 'kept in the table until the queue is back; the sweep sends it',
  held: 'until the visitor leaves an address',
  parked: 'given up: somebody has to look at it',
  rejected: 'a body that is not a chat',
  warned: 'in the CRM, without something that it did not accept',
  delivered: 'in the CRM',
  skipped: 'not meant for this destination, by its rules',
};

export const destination = text('<name>', 'only this destination');

export const since = parsed(
  '<time>',
  'from then on: 2h, 3d, or a date or time in the configured timezone (2026-05-01)',
  (given): Date => {
    const instant = parseSince(given, new Date(), timezoneHere());
    if (instant === undefined) throw new UsageError('Give 90m, 2h, 3d, 2w, or a date such as 2026-05-01.');
    return instant;
  },
);

export const statesOption = (description: string): CommandOption<readonly State[] | undefined> =>
  parsed('<states>', `${description}: of those below, with commas, or all`, (given) => {
    const wanted = given === 'all' ? [...states] : given.split(',');
    const known = wanted.filter(isState);
    if (known.length === wanted.length) return known;
    throw new UsageError(`Give one or more of ${states.join(', ')} (with commas), or all.`);
  });

export const statesNote = `States:
${Object.entries(statesInWords)
  .map(([state, words]) => `  ${state.padEnd(9)}  ${words}`)
  .join('\n')}`;
