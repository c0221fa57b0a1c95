import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyOfAtMost, problem } from '../../inspector/web/browser.ts';
import { foundBy, type IdentityOf } from '../../lambda/mapping/identity.ts';
import type { Calls } from './crm/calls.ts';
import type { Crm } from './crm/crm.ts';
import { createEnvelopeReader, type Received, WebhookRefusal } from './crm/envelope.ts';
import type { Faults } from './crm/faults.ts';

/** A hook of 6 MB, Lambda's limit, grows when normalised: every message then names all its fields. */
const maxWebhookBytes = 32 * 1024 * 1024;

/** Shorter than deliver waits for a CRM, so the answer still counts. */
const slowMs = 4000;

type Bindings = { readonly Bindings: HttpBindings };

/** The demo CRM's one endpoint, with the faults that somebody may have switched on. */
export function createWebhook(deps: {
  readonly crm: Crm;
  readonly calls: Calls;
  readonly faults: Faults;
  readonly killDeliver: () => Promise<void>;
  readonly identityOf: IdentityOf;
  readonly signingSecret: string;
  readonly now: () => Date;
  readonly changed: () => void;
}): Hono<Bindings> {
  const { crm, calls, faults, now } = deps;
  const readEnvelope = createEnvelopeReader(deps.signingSecret);
  const app = new Hono<Bindings>();

  async function answer(context: Context<Bindings>, received: Received) {
    const { id } = received.conversation;
    const told = (words: string, isGood: boolean) => {
      calls.add(id, { at: now().toISOString(), answer: words, isGood });
      deps.changed();
    };
    if (faults.isOn('slow')) await sleep(slowMs, undefined, { ref: false });
    if (faults.isOn('away')) {
      told('503: it was away.', false);
      return problem(context, 503, 'Away', 'The demo CRM is away, because the page switched it off.');
    }
    const { email, phone } = foundBy(await deps.identityOf(received.conversation));
    const isNew = crm.save({ ...received, email, phone }, now());
    if (faults.take('kill-deliver')) {
      told('It kept the chat, and deliver was killed before the answer came.', false);
      await deps.killDeliver();
      return hangUp(context);
    }
    if (faults.take('lost-answer')) {
      told('It kept the chat, and the answer was lost.', false);
      return hangUp(context);
    }
    told(isNew ? '200: it kept the chat.' : '200: it had this already, so nothing changed.', true);
    return context.json({ status: 'stored', conversationId: id });
  }

  app.post('/demo-crm', bodyOfAtMost(maxWebhookBytes), async (context) => {
    try {
      return await answer(context, readEnvelope(await context.req.text(), context.req.header()));
    } catch (error) {
      if (!(error instanceof WebhookRefusal)) throw error;
      const title = error.status === 401 ? 'Not signed by the forwarder' : 'Not a conversation';
      return problem(context, error.status, title, error.message);
    }
  });
  return app;
}

function hangUp({ env }: Context<Bindings>): Response {
  env.outgoing.destroy();
  return RESPONSE_ALREADY_SENT;
}
