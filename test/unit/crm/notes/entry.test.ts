import { expect, test } from '@jest/globals';
import { cut } from '../../../../lambda/crm/notes/entry.ts';

test('a text is cut to its field, and never in the middle of a character', () => {
  expect(cut('abc', 3)).toBe('abc');
  expect(cut('ab 🚲', 4)).toBe('ab');
});
