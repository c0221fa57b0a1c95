import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { startSchedule } from '../../../local/triggers/schedule.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-03-01T12:00:00Z') });
});
afterEach(() => {
  jest.useRealTimers();
});

test('a schedule calls its function at once and then at its rate, until it is stopped', () => {
  const events: { readonly time: string }[] = [];
  const invoke = async (name: string, event: string) => events.push({ name, ...JSON.parse(event) });
  const schedule = { functionName: 'sweep', ruleArn: 'arn:rule', everyMilliseconds: 300_000 };
  const { stop } = startSchedule(schedule, invoke);
  jest.advanceTimersByTime(300_000);
  stop();
  jest.advanceTimersByTime(600_000);
  expect(events).toEqual([
    expect.objectContaining({
      name: 'sweep',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      time: '2026-03-01T12:00:00.000Z',
      resources: ['arn:rule'],
    }),
    expect.objectContaining({ time: '2026-03-01T12:05:00.000Z' }),
  ]);
});

test('a rate that no timer can hold does not run without a pause', () => {
  const invoke = jest.fn(async () => undefined);
  const { stop } = startSchedule({ functionName: 'f', ruleArn: 'arn', everyMilliseconds: 30 * 24 * 3_600_000 }, invoke);
  jest.advanceTimersByTime(3_600_000);
  stop();
  expect(invoke).toHaveBeenCalledTimes(1);
});
