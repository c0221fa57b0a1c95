import { describe, expect, test } from '@jest/globals';
import { parseRetryAfter } from '../../../../lambda/crm/http/answer.ts';

const now = new Date('2026-05-04T08:00:00Z');
const day = 24 * 60 * 60 * 1000;

describe('Retry-After', () => {
  test.each([
    ['seconds', '120', 120_000],
    ['nothing to wait', '0', 0],
    ['parts of a second, as some vendors send', ' 1.5 ', 1500],
    ['a date', 'Mon, 04 May 2026 08:01:30 GMT', 90_000],
    ['an obsolete date', 'Monday, 04-May-26 08:01:30 GMT', 90_000],
    ['a date gone by', 'Mon, 04 May 2026 07:00:00 GMT', 0],
    ['more than a day', '9999999999', day],
    ['a date in years', 'Wed, 04 May 2033 08:00:00 GMT', day],
  ])('%s: %s', (_, header, wait) => {
    expect(parseRetryAfter(header, now)).toBe(wait);
  });

  test.each([undefined, '', 'soon', '-5', '5 minutes', 'Mon, the fourth', '1e3'])(
    'is ignored if invalid: %s',
    (header) => {
      expect(parseRetryAfter(header, now)).toBeUndefined();
    },
  );
});
