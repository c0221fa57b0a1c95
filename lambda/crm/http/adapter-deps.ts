import type { Language } from '../../conversation/locale.ts';
import { CrmError } from '../port/errors.ts';
import type { HttpClient } from './http.ts';

export type AdapterDeps = {
  readonly http: HttpClient;
  /** Read at each use, so that rotated credentials take effect. */
  readonly secret: () => Promise<string>;
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
  /** @throws CrmError of kind `retryable` if another instance takes too long; whatever `make` throws */
  readonly get: (make: () => Promise<MadeToken>) => Promise<string>;
  /** Call after a 401. Keeps a token that was just made: the next would be refused too, as for a missing scope. */
  readonly discard: (token: string) => Promise<void>;
};

export type MadeToken = { readonly token: string; readonly validForMs: number };

/** @param cause the table's error, and not a fault of the CRM or its adapter */
export const tokenNotShared = (cause: unknown) =>
  new CrmError(
    'The access token could not be read from our table or written to it. It will be tried again.',
    { kind: 'retryable' },
    { cause },
  );

export const tokenBeingMade = () =>
  new CrmError('Another instance is getting a new access token. It will be tried again.', {
    kind: 'retryable',
    retryAfterMs: 5000,
  });
