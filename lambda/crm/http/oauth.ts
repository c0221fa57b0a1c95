import { CrmError } from '../port/errors.ts';

/**
 * An access token that expires, made by one instance at a time and used by all, because vendors bound how many may be
 * made (Zoho: 10 in 10 minutes, https://www.zoho.com/crm/developer/docs/api/v8/token-validity.html).
 */
export type SharedToken = {
  /**
   * The token that is valid now; `make` is called where there is none.
   * @throws CrmError of kind `retryable` where another instance takes long to make one; what `make` throws
   */
  readonly get: (make: () => Promise<MadeToken>) => Promise<string>;
  /**
   * The vendor refused this token: the next `get` makes another, unless somebody has done so already. A token that was
   * only just made is kept: another would be refused as well, as it is for a missing scope.
   */
  readonly discard: (token: string) => Promise<void>;
};

export type MadeToken = { readonly token: string; readonly validForMs: number };

/** Another instance is making the token, and the one who asked has waited long enough. */
export const tokenInTheMaking = () =>
  new CrmError('Another instance is getting a new access token. It will be tried again.', {
    kind: 'retryable',
    retryAfterMs: 5000,
  });
