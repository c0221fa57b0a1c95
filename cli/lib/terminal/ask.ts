import { UsageError } from './errors.ts';
import { roomForYes } from './confirm.ts';
import { wrapped, wrappedQuestion } from './wrap.ts';

type Question = {
  /** Without a mark at its end. */
  readonly message: string;
  /** How a script answers it: `--crm <name>`. */
  readonly flag: string;
};

type TextQuestion = Question & {
  /** The flag's value, where it was given: then nobody is asked. */
  readonly given?: string | undefined;
  readonly fallback?: string | undefined;
  /** True, or what is wrong with an answer. */
  readonly check?: (text: string) => true | string;
};

type Choice = { readonly value: string; readonly name?: string; readonly description?: string };

/** Asks at the terminal, with a default to every question; where nobody is there, says what flag answers it. */
export type Asker = {
  readonly isInteractive: boolean;
  readonly text: (question: TextQuestion) => Promise<string>;
  readonly choose: (question: TextQuestion & { readonly choices: readonly Choice[] }) => Promise<string>;
  /** A choice among so many that one types a part of it. */
  readonly search: (question: TextQuestion & { readonly values: readonly string[] }) => Promise<string>;
  readonly confirm: (question: Question & { readonly fallback: boolean }) => Promise<boolean>;
  /** What is typed does not get onto the screen. Only to be called where somebody is there. */
  readonly hidden: (question: Pick<Question, 'message'>) => Promise<string>;
};

/** @param options.yes takes the defaults, and asks nothing */
export function createAsker({ yes }: { readonly yes?: true | undefined }): Asker {
  const isInteractive = yes !== true && process.stdin.isTTY && process.stderr.isTTY;

  /** Undefined where it has to be asked. */
  const unasked = ({ given, fallback, message, flag, check }: TextQuestion): string | undefined => {
    if (given !== undefined) return checked(flag, given, check);
    if (isInteractive) return undefined;
    if (fallback !== undefined) return checked(flag, fallback, check);
    throw new UsageError(`${message}? Nobody is here to say so: give ${flag}.`);
  };

  return {
    isInteractive,
    text: async (question) => unasked(question) ?? askText(question),
    choose: async (question) => {
      const values = question.choices.map(({ value }) => value);
      return unasked({ check: oneOf(values), ...question }) ?? choose(question);
    },
    search: async (question) => unasked({ check: oneOf(question.values), ...question }) ?? search(question),
    confirm: async ({ message, fallback }) => {
      if (!isInteractive) return fallback;
      return (await prompts()).confirm(
        { message: wrappedQuestion(`${message}?`, roomForYes), default: fallback },
        context,
      );
    },
    hidden: async ({ message }) => {
      const check = (text: string) => text.trim() !== '' || 'Paste it here, or stop with Ctrl-C.';
      const text = await (await prompts()).password(
        { message: wrappedQuestion(`${message}:`, roomForAnswer), mask: '*', toggleMask: false, validate: check },
        context,
      );
      return text.trim();
    },
  };
}

/** The answers of a command may go into a pipe; questions never do. */
const context = { output: process.stderr };

/** For an e-mail address, and most of what else is typed. */
const roomForAnswer = 30;

/** Loaded when somebody is asked. */
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
      message: wrappedQuestion(`${message}:`, Math.max(roomForAnswer, ` (${fallback ?? ''}) `.length)),
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
      message: wrappedQuestion(`${message}?`, roomForAnswer),
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
  // What was chosen last time, or is this machine's, is at the top: Enter takes it.
  const first = values.toSorted((one, other) => Number(other === fallback) - Number(one === fallback));
  return (await prompts()).search(
    {
      message: wrappedQuestion(`${message}?`, roomForAnswer),
      source: (term) => (term === undefined ? first : found(term)),
    },
    context,
  );
}
