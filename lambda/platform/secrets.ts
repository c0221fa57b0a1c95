import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const maxAgeMs = 5 * 60 * 1000;

/** @throws EmptySecret, or whatever the SDK throws if no earlier value is known */
export type ReadSecret = (id: string) => Promise<string>;

export class EmptySecret extends Error {
  override readonly name = 'EmptySecret';
  constructor(id: string) {
    super(`The secret ${id} has no text. Store the credentials in it.`);
  }
}

/** Asks for a secret every five minutes. While Secrets Manager is away, a value that was read before stays in use. */
export function createReadSecret(client: SecretsManagerClient, now: () => Date): ReadSecret {
  const cache = new Map<string, { readonly text: Promise<string>; readonly freshUntil: number }>();

  async function read(id: string): Promise<string> {
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    if (text) return text;
    throw new EmptySecret(id);
  }

  return (id) => {
    const known = cache.get(id);
    if (known !== undefined && now().getTime() < known.freshUntil) return known.text;
    const text = read(id).catch((error: unknown) => {
      // It was emptied on purpose, so the former value must not be used any more.
      if (known === undefined || error instanceof EmptySecret) {
        cache.delete(id);
        throw error;
      }
      return known.text;
    });
    cache.set(id, { text, freshUntil: now().getTime() + maxAgeMs });
    return text;
  };
}
