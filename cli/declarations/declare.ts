import type { Handler } from '../lib/invocation.ts';
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
export type CommandOptions = Readonly<Record<string, CommandOption>>;

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
