import { Hono } from 'hono';
import type { Crm } from './crm/crm.ts';
import { createEnvelopeReader, WebhookRefusal } from './crm/envelope.ts';
import { bodyOfAtMost, problem } from './guards.ts';

/** A hook of 6 MB, Lambda's limit, grows when normalised: every message then names all its fields. */
const maxWebhookBytes = 32 * 1024 * 1024;

export function createWebhook(deps: {
  readonly crm: Crm;
  readonly signingSecret: string;
  readonly now: () => Date;
  readonly changed: () => void;
}): Hono {
  const readEnvelope = createEnvelopeReader(deps.signingSecret);
  const app = new Hono();

  app.post('/demo-crm', bodyOfAtMost(maxWebhookBytes), async (context) => {
    try {
      const received = readEnvelope(await context.req.text(), context.req.header());
      if (deps.crm.save(received, deps.now())) deps.changed();
      return context.json({ status: 'stored', conversationId: received.conversation.id });
    } catch (error) {
      if (!(error instanceof WebhookRefusal)) throw error;
      const title = error.status === 401 ? 'Not signed by the forwarder' : 'Not a conversation';
      return problem(context, error.status, title, error.message);
    }
  });
  return app;
}
