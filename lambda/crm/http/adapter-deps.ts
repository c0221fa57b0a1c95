import type { Language } from '../../conversation/language.ts';
import { CrmError } from '../port/errors.ts';
import type { HttpClient } from './http.ts';

export type AdapterDeps = {
  readonly http: HttpClient;
  /** Read at each use, so that rotated credentials take effect. */
  readonly secret: () => Promise<string>;
  /** Shared by all instances that serve this destination. */
  readonly token: SharedToken;
  /** IANA name of the timezone in which sales staff read times. */
  readonly timezone: string;
  readonly language: Language;
  readonly now: () => Date;
};

/**
 * An expiring access token, made by one instance at a time and shared by all, because vendors limit how many may be
 * made (Zoho: 10 in 10 minutes, https://www.zoho.com/crm/developer/docs/api/v8/token-validity.html).
 */
export type SharedToken = {
  /**
   * Returns the valid token; calls `make` if there is none.
   * @throws CrmError of kind `retryable` if another instance takes too long to make one; whatever `make` throws
   */
  readonly get: (make: () => Promise<MadeToken>) => Promise<string>;
  /**
   * Call after the vendor refused this token: the next `get` makes another. A token that was just made is kept, because
   * a new one would be refused too, for example for a missing scope.
   */
  readonly discard: (token: string) => Promise<void>;
};

export type MadeToken = { readonly token: string; readonly validForMs: number };

export const tokenBeingMade = () =>
  new CrmError('Another instance is getting a new access token. It will be tried again.', {
    kind: 'retryable',
    retryAfterMs: 5000,
  });
