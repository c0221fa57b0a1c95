import { expect, test } from '@jest/globals';
import { wrapped } from '../../../cli/terminal/wrap.ts';

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

test('nothing is an empty line', () => {
  expect(wrapped('')).toEqual(['']);
});
