import { afterEach, expect, jest, test } from '@jest/globals';
import { timezoneOf } from '../../../cli/lib/time.ts';
import { ConfigError } from '../../../infra/config/load.ts';

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
