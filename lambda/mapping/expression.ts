import { attributionOf } from '../conversation/attribution.ts';
import type { Conversation } from '../conversation/model.ts';
import { CrmError } from '../crm/errors.ts';

/** A JSONata expression over a conversation, compiled. */
export type Expression = (conversation: Conversation) => Promise<unknown>;

/** The expression cannot be compiled; the message has the position. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/**
 * @param place where it stands in `forwarder.json`, for messages
 * @throws ExpressionError
 */
export async function compile(source: string, place: string): Promise<Expression> {
  // Only where an expression is configured: others do not pay for it at every cold start.
  const { default: jsonata } = await import('jsonata');
  const expression = parse(() => jsonata(source), place, source);
  return async (conversation) => {
    try {
      return await expression.evaluate(inputOf(conversation));
    } catch (error) {
      // Only the code: the message may quote what a visitor typed.
      const code = hasText(error, 'code') ? error.code : 'unknown';
      throw new CrmError(
        `${place} failed on this chat (JSONata ${code}). Mend it, see its preview with \`npx forwarder preview\`, deploy, ` +
          'then replay.',
        { kind: 'permanent' },
      );
    }
  };
}

/** What an expression sees: the conversation, its attribution, and the variables' values by their keys. */
const inputOf = (conversation: Conversation) => ({
  ...conversation,
  attribution: attributionOf(conversation),
  variables: Object.fromEntries(conversation.visitor.variables.map(({ key, value }) => [key, value])),
});

function parse<T>(make: () => T, place: string, source: string): T {
  try {
    return make();
  } catch (error) {
    const what = hasText(error, 'message') ? error.message : 'cannot be read';
    const position = hasNumber(error, 'position') ? error.position : source.length;
    const before = source.slice(Math.max(0, position - 20), position);
    throw new ExpressionError(`${place}: ${what} (at position ${position}, after "${before}")`);
  }
}

const hasText = <Name extends string>(value: unknown, name: Name): value is Record<Name, string> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'string';

const hasNumber = <Name extends string>(value: unknown, name: Name): value is Record<Name, number> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'number';
