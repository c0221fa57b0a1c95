import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { badCredentials } from '../http/credentials.ts';

const minKeyBytes = 24;
const maxKeyBytes = 64;

/**
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: the key is 24 to 64 bytes
 * in base64, with or without `whsec_`. The stack generates 32 alphanumerics, which is such base64.
 * @throws CrmError of kind `credentials` if the secret is not such a key
 */
export function createSigner(secret: string): Webhook {
  const key = secret.trim().replace(/^whsec_/, '');
  const bytes = Buffer.from(key, 'base64');
  const exact = bytes.toString('base64').replace(/=+$/, '') === key.replace(/=+$/, '');
  if (!exact || key.length % 4 !== 0 || bytes.length < minKeyBytes || bytes.length > maxKeyBytes) {
    throw badCredentials(
      'The signing secret is not a Standard Webhooks key. Give `whsec_` and the base64 of 24 to 64 random bytes, ' +
        'or let the stack generate one.',
    );
  }
  return new Webhook(key);
}

/** The idempotency key of one version. A digest, because full stops are forbidden and an account's id may have one. */
export function webhookId(conversationId: string, contentHash: string): string {
  return `msg_${createHash('sha256').update(`${conversationId} ${contentHash}`).digest('base64url')}`;
}
