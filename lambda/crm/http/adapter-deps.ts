import type { Language } from '../../conversation/language.ts';
import { CrmError } from '../port/errors.ts';
import type { HttpClient } from './http.ts';

/** What every adapter is made of, beside its settings. */
export type AdapterDeps = {
  readonly http: HttpClient;
  /** The destination's credentials, asked for anew at each use, so that rotated ones are taken up. */
  readonly secret: () => Promise<string>;
  /** An access token that expires, shared by all instances that speak for this destination. */
  readonly token: SharedToken;
  /** IANA name of the timezone that sales staff read times in. */
  readonly timezone: string;
  readonly language: Language;
  readonly now: () => Date;
};

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
export const tokenBeingMade = () =>
  new CrmError('Another instance is getting a new access token. It will be tried again.', {
    kind: 'retryable',
    retryAfterMs: 5000,
  });
