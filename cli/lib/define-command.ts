import type { Deployment, Where } from './deployment/deployment.ts';
import { UsageError } from './terminal/errors.ts';

/** An option as data; `Value` is what the handler gets for it. */
export type CommandOption<Value = unknown> = {
  /** `<name>`; a flag has none. */
  readonly placeholder?: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: Value;
  readonly isRequired?: true;
  /** It may be given several times, and its value is a list. */
  readonly isRepeatable?: true;
  /** It is written `--no-…`, and is true unless it is given. */
  readonly isNegated?: true;
  /** @throws UsageError with what to give instead */
  readonly parse?: (text: string) => Value;
};

/** By the names that the handler knows them by: `dryRun` is written `--dry-run`. */
export type CommandOptions = Readonly<Record<string, CommandOption>>;

export type ValuesOf<Options extends CommandOptions> = {
  readonly [Name in keyof Options]: Options[Name] extends CommandOption<infer Value> ? Value : never;
};

/** What a command is called with. */
export type Invocation<Values> = {
  readonly args: readonly string[];
  readonly options: Values;
  readonly where: Where;
  readonly commandLine: Deployment['commandLine'];
  /** @throws CliError if the deployment that the command line names is not there */
  readonly openDeployment: () => Promise<Deployment>;
};

type Definition<Options extends CommandOptions> = {
  /** What its arguments are, below the help. */
  readonly argument?: string;
  readonly options: Options;
  /** Paragraphs below the help. */
  readonly notes?: readonly string[];
  /** A command line to copy, and what it is for. */
  readonly example: readonly [line: string, what: string];
  /** What it throws is told by `explain`. */
  readonly handler: (invocation: Invocation<ValuesOf<Options>>) => Promise<void>;
};

export type CommandDefinition = Omit<Definition<CommandOptions>, 'handler'> & {
  readonly run: (invocation: Invocation<Readonly<Record<string, unknown>>>) => Promise<void>;
};

/** Declares a command; program.ts lists it, and loads it when it is named. */
export function defineCommand<const Options extends CommandOptions>({
  handler,
  ...data
}: Definition<Options>): CommandDefinition {
  return {
    ...data,
    // The values were read by these very options: see program.ts.
    run: (invocation) => handler({ ...invocation, options: invocation.options as ValuesOf<Options> }),
  };
}

export const flag = (description: string): CommandOption<boolean> => ({ description });

/** True unless `--no-…` is given. */
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
  parse: (text: string) => Value,
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

export const json = flag('for a script to read');
export const yes = flag('does not ask');
