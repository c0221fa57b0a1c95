import { describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { compile, ExpressionError } from '../../../lambda/mapping/expression.ts';
import { aConversation, aMessage } from '../../fixtures/conversation.ts';
import { anIdentity } from '../../fixtures/identity.ts';

const chat = aConversation({ visitor: { variables: [{ key: 'plan', label: 'Plan', value: '$count([1..3])' }] } });
const evaluate = async (source: string, conversation = chat) =>
  (await compile(source, 'when'))(conversation, anIdentity());

/** Everything about a value that anybody could have changed, marks on arrays included. */
const everythingOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Reflect.ownKeys(value).map((key) => [key, everythingOf(Reflect.get(value, key))])
    : value;

describe('an expression that fails ends, and is reported to the operator:', () => {
  test.each([
    ['a loop without an end', '($f := function($x) { $f($x) }; $f(1))', 'D1012'],
    ['a recursion without an end', '($f := function($x) { 1 + $f($x) }; $f(1))', 'D1011'],
    ['a list of millions', '$sum([1..9000000])', 'D2015'],
    ['a list that grows', '$count(messages.([1..60000]))', 'D2015'],
    ['a text that doubles', '$reduce([1..40], function($all, $_) { $all & $all }, "chat")', 'unknown'],
  ])('%s', async (_what, source, code) => {
    const failed = evaluate(source);
    await expect(failed).rejects.toThrow(CrmError);
    await expect(failed).rejects.toMatchObject({
      fault: { kind: 'permanent' },
      message: expect.stringContaining(`JSONata ${code}`),
    });
  });

  test('with the reason, but without what a visitor typed', async () => {
    await expect(evaluate('visitor.name + 1')).rejects.toThrow(
      'when failed on this chat: it calculates with something that is not a number (JSONata T2001). Fix it in forwarder.json.',
    );
  });

  test('and the next expression has its full time', async () => {
    const loop = evaluate('($f := function($x) { $f($x) }; $f(1))');
    const next = evaluate('$count(messages)');
    await expect(loop).rejects.toThrow('D1012');
    expect(await next).toBe(2);
  });
});

describe('what a visitor typed', () => {
  test('is never run', async () => {
    expect(await evaluate('variables.plan')).toBe('$count([1..3])');
    await expect(compile('$eval(variables.plan)', 'when')).rejects.toThrow(ExpressionError);
    await expect(compile('($run := $eval; $run(variables.plan))', 'when')).rejects.toThrow('(at position 10)');
  });

  test('is neither changed nor marked', async () => {
    const before = everythingOf(chat);
    const sources = [
      'messages[]',
      'messages[0][]',
      'messages^(text)',
      '$reverse(messages)',
      '$append(messages, 1)',
      'visitor ~> |$|{"email": "somebody@else.example"}|',
      '$sort(messages, function($a, $b) { $a.text > $b.text })',
    ];
    for (const source of sources) await evaluate(source);
    expect(everythingOf(chat)).toEqual(before);
  });
});

test('a chat of thousands of messages is within the limits', async () => {
  const long = aConversation({ messages: Array.from({ length: 5000 }, (_, at) => aMessage({ text: `words ${at}` })) });
  expect(await evaluate('$count(messages[speaker = "visitor"])', long)).toBe(5000);
});
