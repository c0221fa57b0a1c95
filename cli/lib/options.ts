import { InvalidArgumentError, Option } from 'commander';
import { isState, type State, states } from './filters.ts';
import { parseSince } from './terminal/time.ts';
import { wrapped } from './terminal/wrap.ts';
import { timezoneHere } from './timezone.ts';

const statesInWords: Readonly<Record<State, string>> = {
  pending: 'on its way, or to be tried again',
  waiting: 'kept in the table because the queue was away; the sweep sends it',
  held: 'until the visitor leaves an address to be recognised by',
  parked: 'given up: somebody has to look at it',
  rejected: 'a body that was no chat',
  delivered: 'in the CRM',
  skipped: 'not meant for this destination, by its rules',
};

/** The options that several commands share. */
export const sinceOption = () =>
  new Option(
    '--since <time>',
    'from then on: 2h, 3d, or a date or time in the configured timezone (2026-05-01)',
  ).argParser((text) => {
    const since = parseSince(text, new Date(), timezoneHere());
    if (since === undefined) throw new InvalidArgumentError('Give 90m, 2h, 3d, 2w, or a date such as 2026-05-01.');
    return since;
  });

export const destinationOption = () => new Option('--destination <name>', 'of this destination alone');

export const jsonOption = () => new Option('--json', 'for a script to read');

export const statesOption = (description: string) =>
  new Option('--state <states>', `${description}: of those below, with commas, or all`).argParser(
    (text): readonly State[] => {
      const given = text === 'all' ? [...states] : text.split(',');
      const known = given.filter(isState);
      if (known.length === given.length) return known;
      throw new InvalidArgumentError(`Give one or more of ${states.join(', ')} (with commas), or all.`);
    },
  );

export const countOption = (flags: string, description: string) =>
  new Option(flags, description).argParser((text) => {
    if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
    throw new InvalidArgumentError('Give a number from 1 on.');
  });

/** What each state means, below the help. */
export const statesHelp = `
States:
${Object.entries(statesInWords)
  .map(([state, words]) => `  ${state.padEnd(9)}  ${words}`)
  .join('\n')}`;

/** A remark below the help. */
export const remark = (text: string) => `\n${wrapped(text).join('\n')}`;

/** A line below the help, to copy. */
export const example = (line: string, what: string) => `\nFor example, ${what}:\n  npx forwarder ${line}`;
