import { badCredentials } from '../http/credentials.ts';
import type { CallApi } from '../http/http.ts';
import { CrmError } from '../port/errors.ts';

/**
 * Raynet blocks an IP address for an hour after 20 wrong logins
 * (https://app.raynetcrm.com/api/doc/index-en.html#section/Wrong-login), which a batch of chats would reach in a
 * minute.
 */
const lockOutMs = 15 * 60 * 1000;

/** Does not retry refused credentials for a while; new ones are tried at once. */
export function createLockOut(now: () => Date) {
  let refused: { readonly authorization: string; readonly at: number } | undefined;
  let lastUsed: string | undefined;

  /** @throws CrmError of kind `credentials`, without asking Raynet */
  function use(authorization: string): string {
    if (refused?.authorization === authorization && now().getTime() - refused.at < lockOutMs) {
      throw badCredentials(
        'Raynet refused these credentials recently, so it is not asked again yet. Give the destination valid credentials.',
      );
    }
    lastUsed = authorization;
    return authorization;
  }

  const guard =
    (call: CallApi): CallApi =>
    async (request) => {
      try {
        return await call(request);
      } catch (error) {
        const isRefusal = error instanceof CrmError && error.status === 401;
        if (isRefusal && lastUsed !== undefined) refused = { authorization: lastUsed, at: now().getTime() };
        throw error;
      }
    };

  return { use, guard };
}
