import { expect, test } from '@jest/globals';
import { firstSeenAt, type PastAttempt } from '../../../lambda/delivery/delivery.ts';

const day = (at: number) => `2026-05-0${at}T08:00:00.000Z`;
const attemptAt = (startedAt: string): PastAttempt => ({
  startedAt,
  durationMs: 10,
  outcome: 'retry',
  fault: null,
  reason: null,
});

test.each([
  ['by this copy', { since: day(2), history: [] }, day(1), day(1)],
  ['by the first attempt at this content', { since: day(2), history: [] }, day(3), day(2)],
  [
    'by an attempt at an earlier copy',
    { since: day(4), history: [attemptAt(day(2)), attemptAt(day(4))] },
    day(3),
    day(2),
  ],
])('a chat was first seen %s', (_, delivery, receivedAt, first) => {
  expect(firstSeenAt(delivery, new Date(receivedAt))).toBe(first);
});
