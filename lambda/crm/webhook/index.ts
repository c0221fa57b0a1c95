import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { badCredentials } from '../http/credentials.ts';
import type { CrmAdapter, Entry, LogId } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { problemsFrom } from '../port/problems.ts';
import type { WebhookSettings } from './settings.ts';

/**
 * The receiver recognises a repeated `webhook-id`, so nothing is looked up. A changed conversation gets a new id and
 * the same `data.id`. Like every other 4xx, 410 Gone ("the receiver wants no more") parks the delivery.
 */
export function createWebhookAdapter(
  settings: WebhookSettings,
  { http, secret, now }: Pick<AdapterDeps, 'http' | 'secret' | 'now'>,
): CrmAdapter {
  const call = http.api({ vendor: 'The webhook receiver', baseUrl: settings.url });

  async function post({ conversation, contentHash }: Entry, known?: LogId): Promise<LogId> {
    const signer = createSigner(await secret());
    const id = webhookId(conversation.id, contentHash, known);
    const attemptedAt = now();
    // A receiver may expect the same bytes for the same webhook-id, so the body contains no current time.
    const timestamp = conversation.endedAt ?? conversation.startedAt;
    const body = JSON.stringify({ type: 'conversation', timestamp, data: conversation });
    await call({
      operation: 'take the conversation',
      method: 'POST',
      headers: {
        'webhook-id': id,
        'webhook-timestamp': `${Math.floor(attemptedAt.getTime() / 1000)}`,
        'webhook-signature': signer.sign(id, attemptedAt, body),
      },
      body,
      answer: 'anything',
    });
    return id;
  }

  /** Checks only the key: any request would look like a chat to the receiver. */
  const check = () =>
    problemsFrom(async () => {
      createSigner(await secret());
      return [];
    });

  return { logConversations: oneByOne((entry: Entry) => post(entry)), updateConversation: post, check };
}

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

/**
 * The idempotency key of one version. A digest, because full stops are forbidden and an account's id may have one. It tells
 * what the version replaces, too: a chat that is again as it once was, such as a rating that is taken back, is no repetition.
 * @param known the key of the version that the receiver has
 */
export function webhookId(conversationId: string, contentHash: string, known?: string): string {
  const own = `msg_${digestOf(`${conversationId} ${contentHash}`)}`;
  if (known === undefined || known.startsWith(own)) return known ?? own;
  return `${own}_${digestOf(known).slice(0, 8)}`;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
