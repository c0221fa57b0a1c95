import { expect, test } from '@jest/globals';
import { localDay } from '../../../../lambda/crm/notes/follow-up.ts';

test.each([
  ['2026-05-04T22:30:00.000Z', 'Europe/Prague', '2026-05-05'],
  ['2026-05-04T22:30:00.000Z', 'America/New_York', '2026-05-04'],
  ['2026-01-01T00:00:00.000Z', 'America/New_York', '2025-12-31'],
])('the day of %s in %s is %s', (instant, timezone, day) => {
  expect(localDay(instant, timezone)).toBe(day);
});
