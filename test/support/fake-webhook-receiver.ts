import { Webhook } from 'standardwebhooks';
import type { Conversation } from '../../lambda/conversation/model.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';

export type FakeWebhookReceiver = FakeServer & {
  /** Valid ones by their `webhook-id`, each kept once, as a receiver should. */
  readonly received: ReadonlyMap<string, ReceivedConversation>;
};

export type ReceivedConversation = {
  readonly type: string;
  readonly timestamp: string | null;
  readonly data: Conversation;
};

/** A receiver of Standard Webhooks that verifies with the published library and keeps each message once. */
export async function startFakeWebhookReceiver(secret: string): Promise<FakeWebhookReceiver> {
  const received = new Map<string, ReceivedConversation>();
  const webhook = new Webhook(secret);
  const server = await startFakeServer(({ text, headers }) => {
    const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    let payload: unknown;
    try {
      payload = webhook.verify(text, signed);
    } catch {
      return { status: 401, body: { title: 'The signature does not match.' } };
    }
    if (!isConversation(payload)) return { status: 422, body: { title: 'This is no conversation.' } };
    received.set(String(headers['webhook-id']), payload);
    return { status: 200, body: { thanks: true } };
  });
  return { ...server, received };
}

function isConversation(payload: unknown): payload is ReceivedConversation {
  if (typeof payload !== 'object' || payload === null) return false;
  return 'type' in payload && payload.type === 'conversation' && 'timestamp' in payload && 'data' in payload;
}
