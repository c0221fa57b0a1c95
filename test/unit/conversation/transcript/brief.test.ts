import { describe, expect, test } from '@jest/globals';
import { buildBrief } from '../../../../lambda/conversation/transcript/brief.ts';
import { aConversation, aMessage } from '../../../fixtures/conversation.ts';

const options = { timezone: 'Europe/Prague', language: 'en' } as const;
const unknown = { phone: null, email: null };
const briefOf = (parts: Parameters<typeof aConversation>[0]) => buildBrief(aConversation(parts), unknown, options);
const wordsOf = (texts: readonly string[]) =>
  briefOf({ messages: texts.map((text) => aMessage({ text })) }).lines.map(({ text }) => text);

describe('what is needed to answer', () => {
  test('has the visitor’s own last words, up to 500 characters', () => {
    expect(wordsOf(['a'.repeat(300), 'b'.repeat(300), 'c'.repeat(100)])).toEqual([
      `${'a'.repeat(99)}…`,
      'b'.repeat(300),
      'c'.repeat(100),
    ]);
    expect(wordsOf(['a', 'b'.repeat(490)])).toEqual(['b'.repeat(490)]);
    expect(wordsOf(Array.from({ length: 50 }, (_, at) => String(at)))).toHaveLength(10);
    expect(wordsOf([`${'x'.repeat(498)}🚲🚲`])[0]?.isWellFormed()).toBe(true);
  });

  test('has the last page', () => {
    const pages = ['a', 'b'].map((name) => ({ url: `https://shop.example/${name}`, title: name }));
    expect(briefOf({ pages })).toMatchObject({ pages: [{ title: 'b' }], words: { pagesVisited: 'From page' } });
  });

  test('has the rating of a badly rated chat', () => {
    const facts = briefOf({ rating: { score: 1, comment: 'Too slow' } }).facts.flat();
    expect(facts).toContainEqual({ label: 'Rating', value: '1 of 5: Too slow' });
  });

  test('leaves out what is not known', () => {
    expect(briefOf({ pages: [], messages: [] })).toMatchObject({ summary: [], lines: [], pages: [] });
  });
});
