import { expect, test } from '@jest/globals';
import { fitted, wrapped, wrappedQuestion } from '../../../cli/lib/terminal/output.ts';

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
