import { describe, expect, test } from '@jest/globals';
import { inWords, parseSince, shortTime } from '../../../cli/terminal/time.ts';

const now = new Date('2026-05-04T08:00:00Z');

describe('parseSince', () => {
  test.each([
    ['90m', '2026-05-04T06:30:00.000Z'],
    ['2h', '2026-05-04T06:00:00.000Z'],
    ['3d', '2026-05-01T08:00:00.000Z'],
    ['1w', '2026-04-27T08:00:00.000Z'],
    ['2026-05-01', '2026-05-01T00:00:00.000Z'],
    ['2026-05-01T10:00:00+02:00', '2026-05-01T08:00:00.000Z'],
  ])('takes %s', (text, since) => {
    expect(parseSince(text, now)?.toISOString()).toBe(since);
  });

  test.each(['', '3', '3y', 'yesterday', '2026', '2026-13-01', '-2h', '99999999d'])('takes no %p', (text) => {
    expect(parseSince(text, now)).toBeUndefined();
  });
});

test.each([
  [12_000, '12 s'],
  [300_000, '5 min'],
  [7_200_000, '2 h'],
  [40 * 3_600_000, '40 h'],
  [3 * 24 * 3_600_000, '3 days'],
  [-5, '0 s'],
])('%i ms are %p', (milliseconds, words) => {
  expect(inWords(milliseconds)).toBe(words);
});

test('a time of another year is told by its date', () => {
  expect(shortTime('2024-02-03T10:00:00Z', now)).toBe('2024-02-03');
  expect(shortTime('2026-05-03T10:00:00Z', now)).toMatch(/^0[23] May \d\d:\d\d$/);
  expect(shortTime('nonsense', now)).toBe('');
});
