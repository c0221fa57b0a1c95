import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createTimes, inWords, midnightBefore, parseSince, timezoneOf } from '../../../cli/lib/time.ts';
import { ConfigError } from '../../../infra/config/load.ts';

const now = new Date('2026-05-04T08:00:00Z');

describe('parseSince', () => {
  test.each([
    ['90m', '2026-05-04T06:30:00.000Z'],
    ['2h', '2026-05-04T06:00:00.000Z'],
    ['3d', '2026-05-01T08:00:00.000Z'],
    ['1w', '2026-04-27T08:00:00.000Z'],
    ['2026-05-01', '2026-04-30T22:00:00.000Z'],
    ['2026-05-01T10:00', '2026-05-01T08:00:00.000Z'],
    ['2026-05-01T10:00:00Z', '2026-05-01T10:00:00.000Z'],
    ['2026-05-01T10:00:00+01:00', '2026-05-01T09:00:00.000Z'],
  ])('takes %s, in Prague', (text, since) => {
    expect(parseSince(text, now, 'Europe/Prague')?.toISOString()).toBe(since);
  });

  test.each(['', '3', '3y', 'yesterday', '2026', '2026-13-01', '-2h', '99999999d', '2026-05-01 and so on'])(
    'takes no %p',
    (text) => {
      expect(parseSince(text, now, 'UTC')).toBeUndefined();
    },
  );

  test('where the clocks are changed that day, too', () => {
    // At 2:00 it is 3:00.
    expect(parseSince('2026-03-29', now, 'Europe/Prague')?.toISOString()).toBe('2026-03-28T23:00:00.000Z');
    expect(parseSince('2026-03-29T03:30', now, 'Europe/Prague')?.toISOString()).toBe('2026-03-29T01:30:00.000Z');
    expect(parseSince('2026-10-25T12:00', now, 'Europe/Prague')?.toISOString()).toBe('2026-10-25T11:00:00.000Z');
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

test('times are those of the timezone, wherever this machine is', () => {
  const times = createTimes('Asia/Tokyo', now);
  expect(times.short('2026-05-03T20:03:07Z')).toBe('04 May 05:03');
  expect(times.exact('2026-05-03T20:03:07Z')).toBe('04 May 05:03:07');
  expect(times.short('2024-02-03T20:00:00Z')).toBe('2024-02-04');
  expect(times.short('nonsense')).toBe('');
});

test('so is midnight', () => {
  expect(midnightBefore(now, 'Asia/Tokyo').toISOString()).toBe('2026-05-03T15:00:00.000Z');
  expect(midnightBefore(now, 'America/New_York').toISOString()).toBe('2026-05-04T04:00:00.000Z');
});

afterEach(() => void jest.restoreAllMocks());

test('that times are not those configured, since there is a mistake, is said once, in a line', () => {
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const config = () => {
    throw new ConfigError('forwarder.json has mistakes:\n  /destinations is missing');
  };
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect([timezoneOf({ config }), timezoneOf({ config })]).toEqual([here, here]);
  expect(stderr.mock.calls.map(([text]) => text)).toEqual([
    `Times are this machine's (${here}), since the timezone cannot be read: forwarder.json has mistakes.\n`,
  ]);
});
