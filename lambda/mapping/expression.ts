import { setImmediate as othersFirst } from 'node:timers/promises';
import { type Attribution, attributionOf } from '../conversation/attribution.ts';
import type { Conversation, Variable } from '../conversation/model.ts';
import { companyDomainOf, companyOf } from '../crm/contacts/filling.ts';
import { CrmError } from '../crm/port/errors.ts';
import type { Identity } from './identity.ts';
import { regexEngineFor } from './regex-engine.ts';

export type Expression = (conversation: Conversation, identity: Identity) => Promise<unknown>;

/** An expression's input. */
export type ExpressionInput = Conversation & {
  readonly attribution: Attribution;
  /** The values of the visitor's variables, by key. */
  readonly variables: Readonly<Record<string, Variable['value']>>;
  readonly person: Pick<Identity, 'email' | 'otherEmails' | 'phone'> & {
    /** The company in the visitor's name, or else the domain of their address, unless it is free mail. */
    readonly company: string | null;
  };
};

/** The expression does not compile; the message has its place and the position. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** The message without the place. */
  readonly reason: string;
  /** In characters, just after what is wrong. */
  readonly position: number;

  constructor(place: string, reason: string, position: number) {
    super(`${place}: ${reason}`);
    this.reason = reason;
    this.position = position;
  }
}

/** In milliseconds, nested calls, and values in a sequence. A chat of 2,000 messages needs a hundredth of this. */
const limits = { timeout: 2000, stack: 500, sequence: 100_000 };

/** Expressions share a thread, so each runs alone to get its full time. */
const exclusively = createMutex();

/** `place` is its place in `forwarder.json`, for messages. Throws an ExpressionError. */
export async function compile(source: string, place: string): Promise<Expression> {
  // Loaded only if an expression is configured, to save cold-start time.
  const { default: jsonata } = await import('jsonata');
  const expression = await parse(
    async () => {
      const plain = jsonata(source, limits);
      const RegexEngine = await regexEngineFor(plain.ast(), limits.timeout);
      return RegexEngine === undefined ? plain : jsonata(source, { ...limits, RegexEngine });
    },
    place,
    source,
  );
  const asksForCompany = /\bcompany\b/.test(source);
  return async (conversation, { email, otherEmails, phone }) => {
    const company = asksForCompany ? await companyIn(conversation, email) : null;
    const person = { email, otherEmails: [...otherEmails], phone, company };
    const input: ExpressionInput = { ...inputOf(conversation), person };
    try {
      return await exclusively(() => expression.evaluate(input));
    } catch (error) {
      // Only the code, because the message may quote what a visitor typed.
      const code = hasText(error, 'code') ? error.code : 'unknown';
      throw new CrmError(
        `${place} failed on this chat: ${failures[code] ?? 'it cannot be evaluated'} (JSONata ${code}). ` +
          'Fix it in forwarder.json.',
        { kind: 'permanent' },
      );
    }
  };
}

async function companyIn({ visitor }: Conversation, email: string | null): Promise<string | null> {
  const domain = email === null ? null : await companyDomainOf(email);
  return companyOf({ ...visitor, company: domain });
}

/** The most common codes in our words, because JSONata's messages quote the values. */
const failures: Readonly<Record<string, string>> = {
  D1011: 'it recurses without end',
  D1012: 'it takes too long',
  D2015: 'it builds too long a list',
  D3030: 'it converts a text to a number that is not one',
  T0410: 'a function gets an argument of the wrong type',
  T1006: 'it calls something that is not a function',
  T2001: 'it calculates with something that is not a number',
  T2002: 'it calculates with something that is not a number',
  T2009: 'it compares values of different types',
  T2010: 'it compares values that are neither numbers nor texts',
};

const inputs = new WeakMap<Conversation, Omit<ExpressionInput, 'person'>>();

/** A copy, because JSONata marks arrays; all expressions over the same conversation share it. */
function inputOf(conversation: Conversation): Omit<ExpressionInput, 'person'> {
  const known = inputs.get(conversation);
  if (known !== undefined) return known;
  const input = {
    ...structuredClone(conversation),
    attribution: attributionOf(conversation),
    variables: Object.fromEntries(conversation.visitor.variables.map(({ key, value }) => [key, value])),
  };
  inputs.set(conversation, input);
  return input;
}

async function parse<T>(make: () => Promise<T>, place: string, source: string): Promise<T> {
  const evaluation = source.search(/\$eval\b/);
  if (evaluation !== -1) {
    const reason = `$eval could run what a visitor typed (at position ${evaluation + 1})`;
    throw new ExpressionError(place, reason, evaluation + '$eval'.length);
  }
  try {
    return await make();
  } catch (error) {
    const what = hasText(error, 'message') ? error.message : 'cannot be read';
    const position = hasNumber(error, 'position') ? error.position : source.length;
    const before = source.slice(0, position);
    const end = /(?<![\p{L}\p{N}_$.])\S.{0,29}$/su.exec(before)?.[0] ?? before.slice(-30);
    throw new ExpressionError(place, `${what} (at position ${position}, after "${end}")`, position);
  }
}

const hasText = <Name extends string>(value: unknown, name: Name): value is Record<Name, string> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'string';

const hasNumber = <Name extends string>(value: unknown, name: Name): value is Record<Name, number> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'number';

/** Runs tasks one after another, in the order of the calls, and lets other work run in between. */
function createMutex(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = turn.then(
      () => othersFirst(),
      () => othersFirst(),
    );
    return turn;
  };
}
