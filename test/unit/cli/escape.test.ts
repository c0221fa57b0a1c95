import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printable, printableLines } from '../../../cli/lib/terminal/output.ts';

/** What can act on a terminal, or on the words beside it. */
const acts = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

describe('printable', () => {
  test.each([
    [
      'an escape sequence',
      '\u001b[31mred\u001b]8;;http://evil.example\u0007',
      '\\u{1b}[31mred\\u{1b}]8;;http://evil.example\\u{7}',
    ],
    ['a C1 control', '\u009b2J', '\\u{9b}2J'],
    ['a line end and a return', 'one\r\ntwo', 'one\\u{d}\\u{a}two'],
    ['a right-to-left override', 'fdp.\u202eexe', 'fdp.\\u{202e}exe'],
    ['half a character', 'half \ud83d', 'half \ufffd'],
    ['a tab', 'a\tb', 'a b'],
  ])('shows %s, and lets it do nothing', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test('leaves words and emoji as they are', () => {
    const text = 'Žluťoučký kůň, שלום, 👨‍👩‍👧, नमस्ते';
    expect(printable(text)).toBe(text);
  });

  test('lets nothing through that acts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(acts);
        for (const line of printableLines(text)) expect(line).not.toMatch(acts);
      }),
    );
  });
});

test('printableLines keeps the lines that a text has', () => {
  expect(printableLines('one\r\ntwo\n\u001bthree')).toEqual(['one', 'two', '\\u{1b}three']);
});
