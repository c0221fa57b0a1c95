import type { Command } from 'commander';
import type { Deployment, Where } from './deployment/deployment.ts';
import { UsageError } from './terminal/errors.ts';

export type CommandOption<Value = unknown> = {
  /** `<name>`; absent for a flag. */
  readonly placeholder?: string;
  readonly description: string;
  readonly choices?: readonly string[];
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

export type ValuesOf<Options extends CommandOptions> = {
  readonly [Name in keyof Options]: Options[Name] extends CommandOption<infer Value> ? Value : never;
};

export type Invocation<Values> = {
  readonly args: readonly string[];
  readonly options: Values;
  readonly where: Where;
  readonly commandLine: Deployment['commandLine'];
  /** Throws CliError if there is no such deployment. */
  readonly openDeployment: () => Promise<Deployment>;
  /** The whole program, with every command's options. */
  readonly loadProgram: () => Promise<Command>;
};

type Definition<Options extends CommandOptions> = {
  readonly argument?: string;
  readonly options: Options;
  readonly notes?: readonly string[];
  readonly example: readonly [line: string, what: string];
  readonly handler: (invocation: Invocation<ValuesOf<Options>>) => Promise<void>;
};

export type CommandDefinition = Omit<Definition<CommandOptions>, 'handler'> & {
  readonly run: (invocation: Invocation<Readonly<Record<string, unknown>>>) => Promise<void>;
};

/** Declares a command; program.ts lists it, and loads it when it is called. */
export function defineCommand<const Options extends CommandOptions>({
  handler,
  ...data
}: Definition<Options>): CommandDefinition {
  return {
    ...data,
    // program.ts has read the values by these options.
    run: (invocation) => handler({ ...invocation, options: invocation.options as ValuesOf<Options> }),
  };
}

export const flag = (description: string): CommandOption<boolean> => ({ description });

export const negatedFlag = (description: string): CommandOption<boolean> => ({ description, isNegated: true });

export const text = (
  placeholder: string,
  description: string,
  more: { readonly choices?: readonly string[] } = {},
): CommandOption<string | undefined> => ({ placeholder, description, ...more });

export const requiredText = (placeholder: string, description: string): CommandOption<string> => ({
  placeholder,
  description,
  isRequired: true,
});

export const textList = (
  placeholder: string,
  description: string,
  more: { readonly choices?: readonly string[] } = {},
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
export const yes = flag('does not ask');
