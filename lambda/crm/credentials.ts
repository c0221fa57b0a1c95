import { CrmError } from './errors.ts';

/**
 * A token as it goes into a header. White space around it is dropped, since a paste into a console often brings a line
 * end along.
 * @throws CrmError of kind `credentials` for what cannot be a token
 */
export function tokenFrom(secret: string, vendor: string): string {
  const token = secret.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw badCredentials(`The secret for ${vendor} is no token. Put the token alone into the destination's secret.`);
}

/** The credentials cannot even be tried: an operator must act. */
export const badCredentials = (message: string) => new CrmError(message, { kind: 'credentials' });
