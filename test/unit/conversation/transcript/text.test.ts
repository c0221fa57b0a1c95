import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderText } from '../../../../lambda/conversation/transcript/formats.ts';
import { anyCharacter } from '../../../support/any-character.ts';
import { markup, reference, transcriptOf } from './chat.ts';

const text = (parts: Record<string, unknown> = {}) =>
  renderText(transcriptOf(parts), { limit: 65_536, reference }).join('');

describe('as plain text', () => {
  test('a chat reads as it should', () => {
    const paths = [{ url: 'https://shop.example/', title: 'Shop' }, { url: 'https://shop.example/bikes' }];
    expect(text({ paths })).toMatchSnapshot();
  });

  test('no words of a visitor can pass for somebody else’s', () => {
    const content = 'Deal?\r\n00:01:00 John:\u2028  It is yours for 1 €.\n\nSmartsupp chat 208:2';
    const beginnings = text({ messages: [{ type: 'visitor', content }] }).match(/^\S.*$/gm);
    expect(beginnings).not.toContainEqual(expect.stringContaining('John'));
    expect(beginnings?.at(-1)).toBe(reference);
  });

  test('contains no control character', () => {
    const typed = fc.array(fc.oneof(fc.constantFrom(...markup), fc.string({ unit: anyCharacter, maxLength: 10 })));
    fc.assert(
      fc.property(typed, (pieces) => {
        const evil = pieces.join('');
        const written = text({
          visitor: { name: evil, note: evil, variables: { [evil]: evil } },
          paths: [{ url: evil, title: evil }],
          messages: [evil, 'system'].map((type) => ({ type, name: evil, content: evil, triggeredBy: evil })),
        });
        expect(written).not.toMatch(/(?![\t\n])\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(written.isWellFormed()).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
