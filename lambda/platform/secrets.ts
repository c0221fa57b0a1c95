import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** How long a secret is used before it is asked for again: a rotated one is taken up within this time. */
const maxAgeMs = 5 * 60 * 1000;

/** Reads a secret's text. */
export type ReadSecret = (id: string) => Promise<string>;

/**
 * Secrets' texts from Secrets Manager, kept in memory for five minutes.
 * @throws Error naming the secret, where there is none or it is not text
 */
export function createReadSecret(client: SecretsManagerClient, now: () => Date): ReadSecret {
  const kept = new Map<string, { readonly text: Promise<string>; readonly readAt: number }>();

  async function read(id: string): Promise<string> {
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    if (text) return text;
    throw new Error(`The secret ${id} has no text. Store the credentials in it.`);
  }

  return (id) => {
    const at = now().getTime();
    const known = kept.get(id);
    if (known !== undefined && at - known.readAt < maxAgeMs) return known.text;
    const text = read(id);
    kept.set(id, { text, readAt: at });
    // Asked for again by the next who needs it.
    text.catch(() => kept.delete(id));
    return text;
  };
}
