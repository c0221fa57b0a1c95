import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyOfAtMost, problem } from '../../../inspector/web/browser.ts';
import { foundBy, type IdentityOf } from '../../../lambda/mapping/identity.ts';
import type { Crm } from './crm.ts';
import { createEnvelopeReader, type Received, WebhookRefusal } from './envelope.ts';

/** One request of the forwarder to the demo CRM, and the answer. */
export type Call = { readonly at: string; readonly answer: string; readonly isGood: boolean };

export type Calls = {
  readonly add: (conversationId: string, call: Call) => void;
  /** Oldest first, since the start of this process. */
  readonly of: (conversationId: string) => readonly Call[];
};

const maxChats = 200;
const maxCalls = 50;

export function createCalls(): Calls {
  const calls = new Map<string, readonly Call[]>();
  return {
    add(conversationId, call) {
      const before = calls.get(conversationId) ?? [];
      // Moved to the end, so that the chat without a call for the longest time is dropped first.
      calls.delete(conversationId);
      calls.set(conversationId, [...before, call].slice(-maxCalls));
      const [oldest] = calls.keys();
      if (calls.size > maxChats && oldest !== undefined) calls.delete(oldest);
    },
    of: (conversationId) => calls.get(conversationId) ?? [],
  };
}

/** Failures of the demo CRM that a user can switch on, to watch the forwarder cope. */
export type Fault = 'lost-answer' | 'kill-deliver' | 'away' | 'slow';

export type Faults = {
  readonly isOn: (fault: Fault) => boolean;
  readonly set: (fault: Fault, on: boolean) => void;
  /** Whether the fault is on. A fault for a single chat is switched off by this. */
  readonly take: (fault: Fault) => boolean;
};

/** These would also fail every further attempt, so they end with the first. */
export const isForOneChat = (fault: Fault) => fault === 'lost-answer' || fault === 'kill-deliver';

export function createFaults(): Faults {
  const on = new Set<Fault>();
  return {
    isOn: (fault) => on.has(fault),
    set(fault, wanted) {
      if (wanted) on.add(fault);
      else on.delete(fault);
    },
    take: (fault) => (isForOneChat(fault) ? on.delete(fault) : on.has(fault)),
  };
}

/** A hook of 6 MB, Lambda's limit, grows when normalised: every message then names all its fields. */
const maxWebhookBytes = 32 * 1024 * 1024;

/** Shorter than deliver waits for a CRM, so the answer still counts. */
const slowMs = 4000;

type Bindings = { readonly Bindings: HttpBindings };

/** The demo CRM's one endpoint, with the faults that are switched on. */
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
