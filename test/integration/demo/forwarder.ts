import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import type { ConversationStatus, DeliveryStatus } from '../../../lambda/conversation/status.ts';
import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { createWebhookAdapter } from '../../../lambda/crm/webhook/index.ts';
import { toConversation } from '../../../lambda/smartsupp/to-conversation.ts';
import { createDemo, type Demo } from '../../../local/demo/app.ts';
import { anEntry } from '../../fixtures/conversation.ts';
import { createMemoryToken } from '../../support/memory-token.ts';

export const signingSecret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const hookPath = '/smartsupp/a-key-for-tests';

/** What a test can break. */
type Faults = { hookAway: boolean; crmAway: boolean; storeAway: boolean };

export type Forwarder = {
  readonly url: string;
  readonly demo: Demo;
  /** What the demo is told of conversations; a test may change it. */
  readonly statuses: Map<string, ConversationStatus>;
  readonly faults: Faults;
  readonly deliver: (conversation: Conversation) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The demo on a real server, with a hook beside it that hands each chat straight to the real `webhook` adapter. */
export async function startForwarder(
  options: { readonly dataDir?: string; readonly port?: number } = {},
): Promise<Forwarder> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'demo-crm-')));
  const statuses = new Map<string, ConversationStatus>();
  const faults: Faults = { hookAway: false, crmAway: false, storeAway: false };
  let url = '';

  const demo = createDemo({
    dataDir,
    signingSecret,
    hookUrl: () => `${url}${hookPath}`,
    conversations: async () => {
      if (faults.storeAway) throw new Error('The store is away.');
      return [...statuses.values()];
    },
    timezone: 'Europe/Prague',
    language: 'en',
  });

  const now = () => new Date();
  const http = createHttpClient({ requestTimeoutMs: 5000, connectionTimeoutMs: 1000, now });
  const adapterDeps = {
    http,
    secret: async () => signingSecret,
    now,
    timezone: 'Europe/Prague',
    language: 'en',
    token: createMemoryToken(),
  } as const;

  function record(conversation: Conversation, delivery: Partial<DeliveryStatus>): void {
    const receivedAt = statuses.get(conversation.id)?.receivedAt ?? new Date().toISOString();
    statuses.set(conversation.id, {
      conversationId: conversation.id,
      outcome: conversation.outcome,
      receivedAt,
      deliveries: [{ ...pending, updatedAt: new Date().toISOString(), ...delivery }],
    });
    demo.changed();
  }

  async function deliver(conversation: Conversation): Promise<void> {
    const adapter = createWebhookAdapter({ name: 'demo', adapter: 'webhook', url: `${url}/demo-crm` }, adapterDeps);
    const [outcome] = await adapter.logConversations.run([anEntry(conversation)]);
    if (outcome?.status === 'rejected') throw outcome.reason;
    record(conversation, { state: 'delivered', attempts: 1 });
  }

  const server = new Hono();
  server.post(hookPath, async (context) => {
    if (faults.hookAway) return context.body(null, 503);
    const conversation = toConversation(await context.req.json());
    if (faults.crmAway) record(conversation, {});
    else await deliver(conversation);
    return context.json({ status: 'accepted', conversationId: conversation.id });
  });
  server.route('/', demo.app);
  // Whatever the demo means as an answer must not reach the error handler of the server that it is mounted on.
  server.onError((error, context) => context.text(error.message, 500));

  const listening = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve(
      { fetch: server.fetch, hostname: '127.0.0.1', port: options.port ?? 0, overrideGlobalObjects: false },
      ({ port }) => {
        url = `http://127.0.0.1:${port}`;
        resolve(started);
      },
    );
  });

  return {
    url,
    demo,
    statuses,
    faults,
    deliver,
    async close() {
      demo.close();
      http.close();
      await new Promise((resolve) => listening.close(resolve));
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true });
    },
  };
}

const pending = { destination: 'demo', state: 'pending', attempts: 0, reason: null, nextAttemptAt: null } as const;
