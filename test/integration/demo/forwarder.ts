import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HttpBindings, serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { ChatStatus } from '../../../inspector/forwarder/forwarder.ts';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { createWebhookAdapter } from '../../../lambda/crm/webhook/index.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { toConversation } from '../../../lambda/smartsupp/to-conversation.ts';
import type { RejectedRecord } from '../../../lambda/store/records.ts';
import { createDemo, type Demo } from '../../../local/demo/app.ts';
import { anEntry } from '../../fixtures/conversation.ts';
import { aDelivery } from '../../support/a-delivery.ts';
import { createMemoryToken } from '../../support/memory-token.ts';

export const signingSecret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const hookPath = '/smartsupp/a-key-for-tests';

/** What a test can break. */
type Faults = { hookAway: boolean; crmAway: boolean; storeAway: boolean };

export type Forwarder = {
  readonly url: string;
  readonly demo: Demo;
  /** What the demo is told of conversations; a test may change it. */
  readonly statuses: Map<string, ChatStatus>;
  readonly rejected: Map<string, RejectedRecord>;
  /** The bodies, by the id of the chat or rejected body. */
  readonly bodies: Map<string, string>;
  readonly spooled: { readonly id: string; readonly receivedAt: string }[];
  /** The page's commands to the forwarder. */
  readonly asked: string[];
  readonly faults: Faults;
  readonly deliver: (conversation: Conversation) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The demo on a real server, with a hook beside it that hands each chat straight to the real `webhook` adapter. */
export async function startForwarder(
  options: { readonly dataDir?: string; readonly port?: number } = {},
): Promise<Forwarder> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'demo-crm-')));
  const statuses = new Map<string, ChatStatus>();
  const rejected = new Map<string, RejectedRecord>();
  const bodies = new Map<string, string>();
  const spooled: Forwarder['spooled'] = [];
  const asked: string[] = [];
  const faults: Faults = { hookAway: false, crmAway: false, storeAway: false };
  let url = '';

  const demo = createDemo({
    dataDir,
    signingSecret,
    hookUrl: () => `${url}${hookPath}`,
    forwarder: {
      chats: async () => {
        if (faults.storeAway) throw new Error('The store is away.');
        return [...statuses.values()].toSorted((one, other) => other.receivedAt.localeCompare(one.receivedAt));
      },
      chat: async (id) => statuses.get(id),
      rejected: async () => [...rejected.values()],
      spooled: async () => spooled,
      bodyOf: async (id) => (bodies.has(id) ? Buffer.from(bodies.get(id) ?? '') : undefined),
      replay: async (id) => {
        asked.push(`replay ${id}`);
        return { conversationId: id, words: `Sent again to demo.` };
      },
      dismiss: async (id, reason) => {
        asked.push(`dismiss ${id}: ${reason}`);
        return 'Dismissed.';
      },
      undoDismissal: async (id) => {
        asked.push(`undo ${id}`);
        return 'No longer dismissed.';
      },
    },
    killDeliver: async () => void asked.push('kill deliver'),
    config: { timezone: 'Europe/Prague', language: 'en', variables: { phone: 'phone' }, contactFromWords: true },
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

  function record(conversation: Conversation, delivery: Partial<Delivery>): void {
    const receivedAt = statuses.get(conversation.id)?.receivedAt ?? new Date().toISOString();
    statuses.set(conversation.id, {
      conversationId: conversation.id,
      outcome: conversation.outcome,
      receivedAt,
      visitor: conversation.visitor.name,
      deliveries: [aDelivery({ ...pending, updatedAt: new Date().toISOString(), ...delivery })],
    });
    demo.changed();
  }

  async function deliver(conversation: Conversation): Promise<void> {
    const adapter = createWebhookAdapter({ name: 'demo', adapter: 'webhook', url: `${url}/demo-crm` }, adapterDeps);
    const [outcome] = await adapter.logConversations.run([anEntry(conversation)]);
    if (outcome?.status === 'rejected') throw outcome.reason;
    record(conversation, { state: 'delivered', attempts: 1 });
  }

  async function take(body: string) {
    if (faults.hookAway) return { status: 503, answer: {} } as const;
    const validated = validateHook(body);
    if (!validated.ok) {
      const { ok, ...refused } = validated;
      const id = `r${rejected.size}`;
      rejected.set(id, { id, ...refused, receivedAt: new Date().toISOString(), copies: 1, dismissal: null });
      bodies.set(id, body);
      return { status: 400, answer: { ...refused, rejectedId: id } } as const;
    }
    const { conversationId } = validated;
    bodies.set(conversationId, body);
    const conversation = toConversation(JSON.parse(body));
    if (faults.crmAway) record(conversation, {});
    else await deliver(conversation);
    return { status: 200, answer: { status: 'accepted', conversationId } } as const;
  }

  const server = new Hono<{ Bindings: HttpBindings }>();
  server.post(hookPath, async (context) => {
    const at = new Date();
    const body = await context.req.text();
    const { status, answer } = await take(body);
    demo.arrived({ at, durationMs: 1, body: Buffer.from(body), answer: { status, body: JSON.stringify(answer) } });
    return context.json(answer, status);
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
    rejected,
    bodies,
    spooled,
    asked,
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

const pending = { destination: 'demo', state: 'pending', attempts: 0, reason: null, fault: null } as const;
