import { InvalidArgumentError, Option } from 'commander';
import { isState, type State, states } from './filter.ts';
import { parseSince } from './terminal/time.ts';

/** The options that several commands share. */
export const sinceOption = () =>
  new Option('--since <time>', 'from then on: 2h, 3d, or a date or time (2026-05-01)').argParser((text) => {
    const since = parseSince(text, new Date());
    if (since === undefined) throw new InvalidArgumentError('Give 90m, 2h, 3d, 2w, or a date such as 2026-05-01.');
    return since;
  });

export const destinationOption = () => new Option('--destination <name>', 'of this destination alone');

export const jsonOption = () => new Option('--json', 'for a script to read');

export const statesOption = (description: string) =>
  new Option('--state <states>', description).argParser((text): readonly State[] => {
    const given = text === 'all' ? [...states] : text.split(',');
    const known = given.filter(isState);
    if (known.length === given.length) return known;
    throw new InvalidArgumentError(`Give one or more of ${states.join(', ')} (with commas), or all.`);
  });

export const countOption = (flags: string, description: string) =>
  new Option(flags, description).argParser((text) => {
    if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
    throw new InvalidArgumentError('Give a number from 1 on.');
  });

/** A line below the help, to copy. */
export const example = (line: string, what: string) => `\nFor example, ${what}:\n  npx forwarder ${line}`;
