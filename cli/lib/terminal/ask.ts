import { CliError, UsageError } from './errors.ts';
import { wrapped, wrappedQuestion } from './output.ts';

type Question = {
  readonly message: string;
  /** How a script answers: `--crm <name>`. */
  readonly flag: string;
};

type TextQuestion = Question & {
  /** The flag's value; if given, nobody is asked. */
  readonly given?: string | undefined;
  readonly fallback?: string | undefined;
  /** Returns true, or what is wrong. */
  readonly check?: (text: string) => true | string;
};

type Choice = { readonly value: string; readonly name?: string; readonly description?: string };

/** Asks at the terminal. Without one, the default answers, or the error names the flag. */
export type Asker = {
  readonly isInteractive: boolean;
  readonly text: (question: TextQuestion) => Promise<string>;
  readonly choose: (question: TextQuestion & { readonly choices: readonly Choice[] }) => Promise<string>;
  /** A choice among many: the user types a part. */
  readonly search: (question: TextQuestion & { readonly values: readonly string[] }) => Promise<string>;
  readonly confirm: (question: Question & { readonly fallback: boolean }) => Promise<boolean>;
  /** Does not show what is typed. Only for an interactive terminal. */
  readonly hidden: (question: Pick<Question, 'message'>) => Promise<string>;
};

/** @param options.yes takes the defaults, and asks nothing */
export function createAsker({ yes }: { readonly yes: boolean }): Asker {
  const isInteractive = !yes && process.stdin.isTTY && process.stderr.isTTY;

  /** Undefined if the user must be asked. */
  const answerWithoutAsking = ({ given, fallback, message, flag, check }: TextQuestion): string | undefined => {
    if (given !== undefined) return checked(flag, given, check);
    if (isInteractive) return undefined;
    if (fallback !== undefined) return checked(flag, fallback, check);
    throw new UsageError(`${message}? Nobody is here to answer: give ${flag}.`);
  };

  return {
    isInteractive,
    text: async (question) => answerWithoutAsking(question) ?? askText(question),
    choose: async (question) => {
      const values = question.choices.map(({ value }) => value);
      return answerWithoutAsking({ check: oneOf(values), ...question }) ?? choose(question);
    },
    search: async (question) => answerWithoutAsking({ check: oneOf(question.values), ...question }) ?? search(question),
    confirm: async ({ message, fallback }) => {
      if (!isInteractive) return fallback;
      return (await prompts()).confirm(
        { message: wrappedQuestion(`${message}?`, widthForYes), default: fallback },
        context,
      );
    },
    hidden: async ({ message }) => {
      const check = (text: string) => text.trim() !== '' || 'Paste it here, or stop with Ctrl-C.';
      const text = await (await prompts()).password(
        { message: wrappedQuestion(`${message}:`, widthForAnswer), mask: '*', toggleMask: false, validate: check },
        context,
      );
      return text.trim();
    },
  };
}

/** A command's output may go into a pipe; its questions must not. */
const context = { output: process.stderr };

const widthForAnswer = 30;

const prompts = () => import('@inquirer/prompts');

function checked(flag: string, text: string, check: TextQuestion['check']): string {
  const verdict = check?.(text) ?? true;
  if (verdict === true) return text;
  throw new UsageError(`${flag}: ${verdict}`);
}

const oneOf = (values: readonly string[]) => (text: string) =>
  values.includes(text) || (values.length > 20 ? 'This is not known.' : `Give one of ${values.join(', ')}.`);

async function askText({ message, fallback, check }: TextQuestion): Promise<string> {
  const text = await (await prompts()).input(
    {
      message: wrappedQuestion(`${message}:`, Math.max(widthForAnswer, ` (${fallback ?? ''}) `.length)),
      ...(fallback !== undefined && { default: fallback }),
      validate: (text) => check?.(text) ?? true,
    },
    context,
  );
  return text.trim();
}

async function choose({ message, fallback, choices }: TextQuestion & { readonly choices: readonly Choice[] }) {
  return (await prompts()).select(
    {
      message: wrappedQuestion(`${message}?`, widthForAnswer),
      choices: choices.map(({ description, ...choice }) => ({
        ...choice,
        ...(description !== undefined && { description: wrapped(description).join('\n') }),
      })),
      ...(fallback !== undefined && { default: fallback }),
      loop: false,
      pageSize: 12,
    },
    context,
  );
}

async function search({ message, fallback, values }: TextQuestion & { readonly values: readonly string[] }) {
  const found = (term: string) => values.filter((value) => value.toLowerCase().includes(term.toLowerCase()));
  // The default comes first, so that Enter takes it.
  const first = values.toSorted((one, other) => Number(other === fallback) - Number(one === fallback));
  return (await prompts()).search(
    {
      message: wrappedQuestion(`${message}?`, widthForAnswer),
      source: (term) => (term === undefined ? first : found(term)),
    },
    context,
  );
}

const maxUnconfirmed = 50;

/** Inquirer appends this to a yes-or-no question. */
const widthForYes = ' (y/N) yes'.length;

/** Asks only if there are many; `what` is a question without its mark: `Send 120 chats again`. */
export async function confirmMany(count: number, what: string, options: { readonly yes: boolean }): Promise<void> {
  if (count > maxUnconfirmed) await confirm(what, options);
}

/** Asks before something is done. Throws CliError for a no, UsageError if nobody can be asked. */
export async function confirm(what: string, options: { readonly yes: boolean }): Promise<void> {
  if (options.yes) return;
  if (!process.stdin.isTTY) throw new UsageError(`${what}? Nobody is here to answer: add --yes.`);
  const prompts = await import('@inquirer/prompts');
  const message = wrappedQuestion(`${what}?`, widthForYes);
  const isMeant = await prompts.confirm({ message, default: false }, { output: process.stderr });
  if (!isMeant) throw new CliError('Nothing was changed.');
}
