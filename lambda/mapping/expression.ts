import { attributionOf } from '../conversation/attribution.ts';
import type { Conversation } from '../conversation/model.ts';
import { CrmError } from '../crm/port/errors.ts';
import type { Identity } from './identity.ts';
import { createMutex } from './mutex.ts';

/** A JSONata expression over a conversation and what its visitor is recognised by, compiled. */
export type Expression = (conversation: Conversation, identity: Identity) => Promise<unknown>;

/** The expression cannot be compiled; the message has the position. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/**
 * What a slip of the pen may cost one chat: milliseconds, nested calls, and values in a sequence. A chat of 2,000 messages
 * needs a hundredth of this.
 */
const limits = { timeout: 2000, stack: 500, sequence: 100_000 };

/** One expression at a time: they share a thread, and the time of each should be its own. */
const exclusively = createMutex();

/**
 * @param place where it stands in `forwarder.json`, for messages
 * @throws ExpressionError
 */
export async function compile(source: string, place: string): Promise<Expression> {
  // Only where an expression is configured: others do not pay for it at every cold start.
  const { default: jsonata } = await import('jsonata');
  const expression = parse(() => jsonata(source, limits), place, source);
  return async (conversation, { email, otherEmails, phone }) => {
    const person = { email, otherEmails: [...otherEmails], phone };
    try {
      return await exclusively(() => expression.evaluate({ ...inputOf(conversation), person }));
    } catch (error) {
      // Only the code: the message may quote what a visitor typed.
      const code = hasText(error, 'code') ? error.code : 'unknown';
      throw new CrmError(
        `${place} failed on this chat: ${failures[code] ?? 'it cannot be evaluated'} (JSONata ${code}). ` +
          'Mend it in forwarder.json.',
        { kind: 'permanent' },
      );
    }
  };
}

/** Of the commonest codes, in words of ours: JSONata's own quote the values. */
const failures: Readonly<Record<string, string>> = {
  D1011: 'it calls itself without an end',
  D1012: 'it takes too long',
  D2015: 'it makes too long a list',
  D3030: 'it makes a number of what is none',
  T0410: 'a function gets what it does not take',
  T1006: 'it calls what is no function',
  T2001: 'it calculates with what is no number',
  T2002: 'it calculates with what is no number',
  T2009: 'it compares values of two kinds',
  T2010: 'it compares what are neither numbers nor texts',
};

const inputs = new WeakMap<Conversation, object>();

/**
 * What an expression sees: the conversation, its attribution, and the variables' values by their keys. A copy, since
 * JSONata leaves marks on arrays, and one for all expressions over the same conversation.
 */
function inputOf(conversation: Conversation): object {
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

function parse<T>(make: () => T, place: string, source: string): T {
  const evaluation = source.search(/\$eval\b/);
  if (evaluation !== -1) {
    throw new ExpressionError(`${place}: $eval could run what a visitor typed (at position ${evaluation + 1})`);
  }
  try {
    return make();
  } catch (error) {
    const what = hasText(error, 'message') ? error.message : 'cannot be read';
    const position = hasNumber(error, 'position') ? error.position : source.length;
    const before = source.slice(0, position);
    // From the begin of a word on.
    const end = /(?<![\p{L}\p{N}_$.])\S.{0,29}$/su.exec(before)?.[0] ?? before.slice(-30);
    throw new ExpressionError(`${place}: ${what} (at position ${position}, after "${end}")`);
  }
}

const hasText = <Name extends string>(value: unknown, name: Name): value is Record<Name, string> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'string';

const hasNumber = <Name extends string>(value: unknown, name: Name): value is Record<Name, number> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'number';
