import type { SharedToken } from '../../../lambda/crm/http/oauth.ts';

/** An access token for one check alone, so that it is these credentials that are tried, and not a token of before. */
export function createOwnToken(): SharedToken {
  let made: Promise<string> | undefined;
  return {
    get: async (make) => {
      made ??= make().then(({ token }) => token);
      return made;
    },
    // One that was only just made would be refused again.
    discard: async () => {},
  };
}
