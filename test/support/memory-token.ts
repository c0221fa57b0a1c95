import type { SharedToken } from '../../lambda/crm/http/adapter-deps.ts';

/** An access token kept in memory: made when first asked for, and again after it was discarded. */
export function createMemoryToken(): SharedToken {
  let kept: Promise<string> | undefined;
  return {
    get: async (make) => {
      kept ??= make().then(({ token }) => token);
      return kept.catch((error: unknown) => {
        kept = undefined;
        throw error;
      });
    },
    discard: async (token) => {
      if ((await kept) === token) kept = undefined;
    },
  };
}
