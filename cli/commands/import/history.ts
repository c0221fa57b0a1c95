import { toInstant } from '../../../lambda/smartsupp/lenient.ts';

const dayMs = 24 * 60 * 60_000;

/** Nobody waits any more for an answer to a chat that ended more than a day ago, or nobody knows when. */
export function isHistory(endedAt: unknown, now: Date): boolean {
  const instant = toInstant(endedAt);
  return instant === null || now.getTime() - Date.parse(instant) > dayMs;
}
