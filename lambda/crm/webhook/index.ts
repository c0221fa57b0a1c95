import { oneByOne } from '../batches/batch.ts';
import { problemsFrom } from '../check/problems.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter, Entry, LogId } from '../port/adapter.ts';
import type { WebhookSettings } from './settings.ts';
import { createSigner, webhookId } from './signature.ts';

/**
 * The receiver recognises a repeated `webhook-id`, so nothing is looked up. A changed conversation gets a new id and
 * the same `data.id`. Like every other 4xx, 410 Gone ("the receiver wants no more") parks the delivery.
 */
export function createWebhookAdapter(
  settings: WebhookSettings,
  { http, secret, now }: Pick<AdapterDeps, 'http' | 'secret' | 'now'>,
): CrmAdapter {
  const call = http.api({ vendor: 'The webhook receiver', baseUrl: settings.url });

  async function post({ conversation, contentHash }: Entry): Promise<LogId> {
    const signer = createSigner(await secret());
    const id = webhookId(conversation.id, contentHash);
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

  return { logConversations: oneByOne(post), updateConversation: post, check };
}
