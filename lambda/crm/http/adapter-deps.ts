import type { Language } from '../../conversation/language.ts';
import type { HttpClient } from './http.ts';
import type { SharedToken } from './oauth.ts';

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
