import { isState, type State, states, statesInWords } from '../lib/states.ts';
import { UsageError } from '../lib/terminal/errors.ts';
import { type CommandOption, flag, parsed, text, textList } from './declare.ts';

export const json = flag('for scripts');
export const yes = flag('does not ask for confirmation');
export const dryRun = flag('counts them, and changes nothing');

export const destination = text('<name>', 'only this destination');

export const since = parsed(
  '<time>',
  'from then on: 2h, 3d, or a date or time in the configured timezone (2026-05-01)',
  async (given): Promise<Date> => {
    // Loaded on use, so that a help text does not wait for the configuration's parser.
    const { parseSince, timezoneHere } = await import('../lib/time.ts');
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

export const personOptions = {
  email: text('<address>', 'the person who left this address'),
  phone: text('<number>', 'with its country: +420601123456'),
  visitor: text('<account:visitor>', "Smartsupp's ids of the account and the visitor"),
};

/** One name each time, since files may follow. */
export const sampleOption = (description: string) =>
  textList('<name>', description, { choices: async () => (await import('../lib/samples.ts')).sampleNames });
