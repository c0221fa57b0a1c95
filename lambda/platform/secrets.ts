import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const maxAgeMs = 5 * 60 * 1000;

export type ReadSecret = (id: string) => Promise<string>;

/** Caches secrets for five minutes. Throws an Error naming the secret if it is missing or not text. */
export function createReadSecret(client: SecretsManagerClient, now: () => Date): ReadSecret {
  const cache = new Map<string, { readonly text: Promise<string>; readonly readAt: number }>();

  async function read(id: string): Promise<string> {
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    if (text) return text;
    throw new Error(`The secret ${id} has no text. Store the credentials in it.`);
  }

  return (id) => {
    const at = now().getTime();
    const known = cache.get(id);
    if (known !== undefined && at - known.readAt < maxAgeMs) return known.text;
    const text = read(id);
    cache.set(id, { text, readAt: at });
    // Do not cache a failure.
    text.catch(() => cache.delete(id));
    return text;
  };
}
