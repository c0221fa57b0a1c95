import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fitted, printable, printableLines, wrapped, wrappedQuestion } from '../../../cli/lib/terminal/output.ts';
import { anyCharacter } from '../../support/any-character.ts';

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
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(printable(text)).not.toMatch(acts);
        for (const line of printableLines(text)) expect(line).not.toMatch(acts);
      }),
    );
  });
});

test('printableLines keeps the lines that a text has', () => {
  expect(printableLines('one\r\ntwo\n\u001bthree')).toEqual(['one', 'two', '\\u{1b}three']);
});

test('lines are as wide as they may be, and begin as they should', () => {
  expect(wrapped('one two three four', { first: '✗ ', next: '  ', width: 10 })).toEqual([
    '✗ one two',
    '  three',
    '  four',
  ]);
});

test('a word that is too long stays whole, or goes on in the next line', () => {
  const text = 'see https://example.com/long now';
  expect(wrapped(text, { width: 12 })).toEqual(['see', 'https://example.com/long', 'now']);
  expect(wrapped(text, { width: 12, breaksWords: true })).toEqual(['see', 'https://exam', 'ple.com/long', 'now']);
});

test('a message keeps its lines, and only a terminal breaks them', () => {
  const message = `It has mistakes:\n  /destinations ${'must be right '.repeat(8)}`.trim();
  const told = fitted(message, { isTTY: true }).split('\n');
  expect(told.slice(0, 2)).toEqual([
    'It has mistakes:',
    expect.stringMatching(/^ {2}\/destinations must be right .{40,}/),
  ]);
  expect(told[2]).toMatch(/^ {2}\S/);
  expect(Math.max(...told.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(fitted(message, { isTTY: false })).toBe(message);
});

test('a line that fits keeps its spaces, so that a mark stays under what it marks', () => {
  const excerpt = '    3 |   "timezon": "UTC",\n      |   ^^^^^^^^^';
  expect(fitted(excerpt, { isTTY: true })).toBe(excerpt);
});

test("a prompt's question is broken between words, with room for the default and the answer", () => {
  const question = 'It has arrived already, and will be written over in the CRM. Send 1 chat again?';
  const lines = wrappedQuestion(question, ' (y/N) yes'.length).split('\n');
  expect(lines).toEqual(['It has arrived already, and will be written over in the CRM. Send 1', '  chat again?']);
  expect(wrappedQuestion('Send 200 chats again?', 10)).toBe('Send 200 chats again?');
});

test('nothing is an empty line', () => {
  expect(wrapped('')).toEqual(['']);
});
