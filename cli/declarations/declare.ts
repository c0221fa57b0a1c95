import type { Handler } from '../lib/deployment/deployment.ts';
import { isState, type State, states, statesInWords } from '../lib/states.ts';
import { UsageError } from '../lib/terminal/errors.ts';

/** A function loads its modules only when the command is called. */
type Choices = readonly string[] | (() => Promise<readonly string[]>);

export type CommandOption<Value = unknown> = {
  /** `<name>`; absent for a flag. */
  readonly placeholder?: string;
  readonly description: string;
  readonly choices?: Choices;
  readonly default?: Value;
  readonly isRequired?: true;
  /** May be given several times; the value is a list. */
  readonly isRepeatable?: true;
  /** Written `--no-…`; true unless given. */
  readonly isNegated?: true;
  /** Throws UsageError saying what to give instead. */
  readonly parse?: (text: string) => Value | Promise<Value>;
};

/** `dryRun` is written `--dry-run`. */
type CommandOptions = Readonly<Record<string, CommandOption>>;

type ValuesOf<Options extends CommandOptions> = {
  readonly [Name in keyof Options]: Options[Name] extends CommandOption<infer Value> ? Value : never;
};

type Declared<Options extends CommandOptions> = {
  readonly name: string;
  readonly description: string;
  /** `[ids...]`, and what they are. */
  readonly argument?: readonly [pattern: string, description: string];
  readonly options: Options;
  readonly notes?: readonly string[];
  readonly example: readonly [line: string, what: string];
};

export type CommandDeclaration = Declared<CommandOptions> & {
  readonly loadHandler: () => Promise<Handler<Readonly<Record<string, unknown>>>>;
};

/** @param loadHandler imports the handler when the command is called: the modules behind it are large */
export function declare<const Options extends CommandOptions>(
  declared: Declared<Options>,
  loadHandler: () => Promise<Handler<ValuesOf<Options>>>,
): CommandDeclaration {
  return {
    ...declared,
    loadHandler: async () => {
      const handler = await loadHandler();
      // program.ts has read the values by these options.
      return (invocation) => handler({ ...invocation, options: invocation.options as ValuesOf<Options> });
    },
  };
}

export const flag = (description: string): CommandOption<boolean> => ({ description });

export const negatedFlag = (description: string): CommandOption<boolean> => ({ description, isNegated: true });

export const text = (
  placeholder: string,
  description: string,
  more: { readonly choices?: Choices } = {},
): CommandOption<string | undefined> => ({ placeholder, description, ...more });

export const requiredText = (placeholder: string, description: string): CommandOption<string> => ({
  placeholder,
  description,
  isRequired: true,
});

export const textList = (
  placeholder: string,
  description: string,
  more: { readonly choices?: Choices } = {},
): CommandOption<readonly string[]> => ({ placeholder, description, isRepeatable: true, ...more });

export const parsed = <Value>(
  placeholder: string,
  description: string,
  parse: (text: string) => Value | Promise<Value>,
): CommandOption<Value | undefined> => ({ placeholder, description, parse });

export const count = (placeholder: string, description: string, fallback: number): CommandOption<number> => ({
  placeholder,
  description,
  default: fallback,
  parse: (given) => {
    if (/^[1-9]\d{0,6}$/.test(given)) return Number(given);
    throw new UsageError('Give a number from 1 on.');
  },
});

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
  textList('<name>', description, {
    choices: async () => (await import('../../local/demo/samples/samples.ts')).sampleNames,
  });
