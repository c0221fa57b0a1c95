import type { Answer } from '../http/http.ts';

const secondMs = 1000;

/**
 * By policy: `{"errorType":"RATE_LIMIT","policyName":"…"}`. The daily limit is lifted at midnight in the account's
 * timezone, which the API does not tell, so retry hourly (https://developers.hubspot.com/docs/api/usage-details).
 * @returns milliseconds
 */
export function retryDelay({ status, body }: Answer): number | undefined {
  if (status !== 429 || typeof body !== 'object' || body === null || !('policyName' in body)) return undefined;
  switch (body.policyName) {
    case 'SECONDLY':
      return secondMs;
    case 'TEN_SECONDLY_ROLLING':
      return 10 * secondMs;
    case 'DAILY':
      return 60 * 60 * secondMs;
    default:
      return undefined;
  }
}
