import { oneByOne } from '../batches/batch.ts';
import { problemsFrom } from '../check/problems.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter, Entry, LogId } from '../port/adapter.ts';
import type { WebhookSettings } from './settings.ts';
import { createSigner, webhookId } from './signature.ts';

/**
 * POSTs the whole conversation as signed JSON. There is no contact to make and nothing to look up: the receiver knows a
 * `webhook-id` again. A changed conversation is POSTed anew under a new id, with the same `data.id`.
 *
 * Any 2xx is a success, whatever its body, but for a web page, which no receiver sends. Of the others, 410 Gone says that the receiver wants no more
 * (Standard Webhooks, "Delivery success and failure"): like every 4xx it parks the delivery, so an operator sees it.
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
    // No clock may get into the body: under one webhook-id a receiver may expect the same bytes each time.
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

  /** Looks at the key only: there is no request that a receiver could tell from a chat. */
  const check = () =>
    problemsFrom(async () => {
      createSigner(await secret());
      return [];
    });

  return { logConversations: oneByOne(post), updateConversation: post, check };
}
