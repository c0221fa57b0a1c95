import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { badCredentials } from '../http/credentials.ts';

const minKeyBytes = 24;
const maxKeyBytes = 64;

/**
 * A signer according to Standard Webhooks 1.0.0
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): the key is 24 to 64
 * bytes in base64, with or without the prefix `whsec_`. The 32 alphanumerics that the stack generates are base64 for 24
 * bytes.
 * @throws CrmError of kind `credentials` if the secret is not such a key
 */
export function createSigner(secret: string): Webhook {
  const key = secret.trim().replace(/^whsec_/, '');
  const bytes = Buffer.from(key, 'base64');
  const exact = bytes.toString('base64').replace(/=+$/, '') === key.replace(/=+$/, '');
  if (!exact || key.length % 4 !== 0 || bytes.length < minKeyBytes || bytes.length > maxKeyBytes) {
    throw badCredentials(
      'The signing secret is no Standard Webhooks key. Give `whsec_` and the base64 of 24 to 64 random bytes, ' +
        'or let the stack generate one.',
    );
  }
  return new Webhook(key);
}

/**
 * The receiver's idempotency key for one version of a conversation. A digest, because the specification forbids full
 * stops and an account's id may contain one.
 */
export function webhookId(conversationId: string, contentHash: string): string {
  return `msg_${createHash('sha256').update(`${conversationId} ${contentHash}`).digest('base64url')}`;
}
