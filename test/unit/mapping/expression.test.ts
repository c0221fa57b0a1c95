import { describe, expect, test } from '@jest/globals';
import jsonata from 'jsonata';
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

describe('a regular expression', () => {
  const withText = (text: string) => aConversation({ messages: [aMessage({ text })] });
  const evaluateOn = (text: string, source: string) => evaluate(source, withText(text));

  // Others than RE2 would not end in anybody's lifetime.
  test.each([
    ['$contains(messages[0].text, /^(\\w+\\s?)+$/)', 'a'.repeat(41)],
    ['$contains(messages[0].text, /(a|aa)+$/)', 'a'.repeat(100_000)],
    ['$contains(messages[0].text, /a.*b.*c.*d.*e.*f/)', 'abcde'.repeat(20_000)],
  ])('is matched in linear time: %s', async (source, text) => {
    expect(await evaluateOn(`${text}!`, source)).toBe(false);
  });

  test('with a match at every character, each looked for to the end of the text, is stopped', async () => {
    await expect(evaluateOn('x'.repeat(100_000), '$count($match(messages[0].text, /x(.*y)?/))')).rejects.toThrow(
      'D1012',
    );
  });

  test.each([
    '$match(messages[0].text, /o(r)?/)',
    '$replace(messages[0].text, /(\\w+) (\\w+)/, "$2 $1", 1)',
    '$split(messages[0].text, /\\s+/)',
    '$contains(messages[0].text, /ŽOFIE$/i)',
    '$contains(messages[0].text, /^order/m)',
    '$contains(messages[0].text, /\\u017dofie|\\/x/)',
    '/(?<number>\\d+)/(messages[0].text).groups',
    '$map(["a1", "b2"], function($each) { $match($each, /\\d/).match })',
  ])('means what it means in JavaScript: %s', async (source) => {
    const conversation = withText('My order 😀 no. 17 for Žofie');
    const native = await jsonata(source).evaluate(structuredClone(conversation));
    expect(native).toBeDefined();
    expect(JSON.stringify(await evaluate(source, conversation))).toBe(JSON.stringify(native));
  });

  test.each([
    ['/(?=a)b/', 'looks ahead or behind'],
    ['/a(?!b)/', 'looks ahead or behind'],
    ['/(?<=a)b/', 'looks ahead or behind'],
    ['/(?<!a)b/', 'looks ahead or behind'],
    ['/(a)\\1/', 'refers back to a group'],
    ['/(?<x>a)\\k<x>/', 'refers back to a group'],
    ['/a{1,2000}/', 'https://github.com/google/re2/wiki/Syntax'],
  ])('that RE2 cannot match is refused, with what to write instead: %s', async (regex, advice) => {
    const compiled = compile(`$contains(visitor.name, ${regex})`, 'when');
    await expect(compiled).rejects.toThrow(ExpressionError);
    await expect(compiled).rejects.toThrow(advice);
    await expect(compiled).rejects.toThrow('(at position ');
  });
});
