import { type CommandOption, parsed, text } from './define-command.ts';
import { UsageError } from './terminal/errors.ts';
import { parseSince } from './terminal/time.ts';

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

const isState = (text: string): text is State => states.some((state) => state === text);

const statesInWords: Readonly<Record<State, string>> = {
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

export const destination = text('<name>', 'only this destination');

export const since = parsed(
  '<time>',
  'from then on: 2h, 3d, or a date or time in the configured timezone (2026-05-01)',
  async (given): Promise<Date> => {
    // Loaded on use, so that a help text does not wait for the configuration's parser.
    const { timezoneHere } = await import('./timezone.ts');
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
