import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import { unhurried } from './aws-client.ts';

/** How long a secret is used before it is asked for again: a rotated one is taken up within this time. */
const maxAgeSeconds = 300;

let provider: SecretsProvider | undefined;

/**
 * A secret's text, from Secrets Manager, kept in memory for five minutes.
 * @throws Error naming the secret, where there is none or it is not text
 */
export async function readSecret(id: string): Promise<string> {
  provider ??= new SecretsProvider({ clientConfig: unhurried });
  const secret = await provider.get(id, { maxAge: maxAgeSeconds });
  if (typeof secret === 'string' && secret !== '') return secret;
  throw new Error(`The secret ${id} has no text. Store the credentials in it.`);
}
