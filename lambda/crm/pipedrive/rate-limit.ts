import type { Answer } from '../http/http.ts';

const hourMs = 60 * 60 * 1000;

/**
 * How long Pipedrive's 429 means. The burst of two seconds tells how many are left of them in `x-ratelimit-reset`
 * (https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting). Where the company's tokens of the day are used up,
 * `x-daily-ratelimit-token-remaining` is 0, and they come back at midnight of a server whose timezone is not told: so
 * ask again every hour, whatever else the answer says.
 * @returns milliseconds
 */
export function retryDelay({ status, headers }: Answer): number | undefined {
  if (status !== 429) return undefined;
  if (headers['x-daily-ratelimit-token-remaining'] === '0') return hourMs;
  const seconds = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  return seconds > 0 ? Math.min(seconds * 1000, hourMs) : undefined;
}
