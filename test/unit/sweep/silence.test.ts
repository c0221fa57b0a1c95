import { expect, test } from '@jest/globals';
import { businessHoursSince } from '../../../lambda/sweep/sweep.ts';

const monday = new Date('2026-05-04T08:00:00Z');

test.each([
  ['this moment', '2026-05-04T08:00:00Z', 0],
  ['three hours ago', '2026-05-04T05:00:00Z', 3],
  // Monday begins at 22:00 UTC on Sunday, in Prague in May.
  ['on Sunday', '2026-05-03T12:00:00Z', 10],
  ['on Friday at 20:00 UTC, which is 22:00 in Prague', '2026-05-01T20:00:00Z', 12],
  ['a week ago', '2026-04-27T08:00:00Z', 5 * 24],
  ['years ago', '2020-01-01T00:00:00Z', 10 * 24],
  ['in a future of another clock', '2026-05-04T09:00:00Z', 0],
])('a chat that came %s leaves so many business hours of silence', (_when, from, hours) => {
  expect(businessHoursSince(new Date(from), monday, 'Europe/Prague')).toBe(hours);
});
