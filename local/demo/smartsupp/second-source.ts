import { createHmac, randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import type { DocumentedHook } from '../../../lambda/smartsupp/hook.schema.ts';
import { type ApiRecord, createApi, createRecords, type FakeChat } from './api.ts';
import type { Sent } from './sender.ts';

/** The ways that a sample may take, besides the hook. */
export type SecondSource = {
  /** The REST API, to be mounted where `api.url` says. */
  readonly api: Hono;
  /** Gives Smartsupp the chat, and sends a signed webhook about it. */
  readonly webhook: (hook: DocumentedHook) => Promise<Sent>;
  /** Gives Smartsupp the chat, and sends neither a hook nor a webhook. Undefined if nothing would find it. */
  readonly lose: ((hook: DocumentedHook) => Sent) | undefined;
  /** Runs the reconciliation now. Returns a sentence for the person. */
  readonly heal: (() => Promise<string>) | undefined;
  /** Whether a webhook was accepted for the chat, which the table may not have yet. */
  readonly isTold: (conversationId: string) => boolean;
};

type SecondSourceOptions = {
  readonly token: string;
  /** Signs the webhooks. */
  readonly secret: string;
  readonly eventsUrl: () => string;
  /** Runs the function reconcile; false if it failed. */
  readonly reconcile: (() => Promise<boolean>) | undefined;
};

/** A fake Smartsupp next to the demo CRM. It keeps its chats in memory. */
export function createSecondSource({ token, secret, eventsUrl, reconcile }: SecondSourceOptions): SecondSource {
  const records = createRecords();
  records.putAgents(agents);
  const told = new Set<string>();
  let lost = 0;

  /** Returns Smartsupp's id of the chat, and the id that the chat will have here. */
  function keep(hook: DocumentedHook): { readonly own: string; readonly id: string } {
    const own = `co${randomBytes(8).toString('hex')}`;
    records.put(toFakeChat(hook, own));
    return { own, id: `${hook.accountId}:${own}` };
  }

  return {
    api: createApi(records, token),
    async webhook(hook) {
      const { own, id } = keep(hook);
      const status = await post(hook.accountId, own);
      if (status !== 200) return { status, id: undefined, words: `The webhook was answered ${status} instead of 200.` };
      told.add(id);
      return { status, id, words: 'Sent by a signed webhook, which is fetched by REST now.' };
    },
    lose:
      reconcile &&
      ((hook) => {
        keep(hook);
        lost += 1;
        const words = 'It is lost on its way: only Smartsupp knows of it. The inspector’s “Heal” finds it.';
        return { status: 200, id: undefined, words };
      }),
    heal:
      reconcile &&
      (async () => {
        const missing = lost;
        if (!(await reconcile())) return 'The reconciliation failed: the log of reconcile says why.';
        lost = 0;
        const found = `${missing} ${missing === 1 ? 'chat was' : 'chats were'} lost`;
        return `Smartsupp was asked what has ended: ${found}, and comes now if it was not here.`;
      }),
    isTold: (id) => told.has(id),
  };

  async function post(accountId: unknown, conversationId: string): Promise<number> {
    const data = { close_type: 'agent_close', conversation: { id: conversationId } };
    const timestamp = new Date().toISOString();
    const event = { type: 'event_callback', event: 'conversation.closed', timestamp, account_id: accountId, data };
    const body = JSON.stringify(event);
    const hmac = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-smartsupp-hmac': hmac };
    try {
      const signal = AbortSignal.timeout(35_000);
      return (await fetch(eventsUrl(), { method: 'POST', headers, body, signal })).status;
    } catch {
      return 503;
    }
  }
}

/** The agents in the samples, as the API lists them. */
const agents = [{ id: '7', name: 'Lucie Horáková', email: 'lucie@horal-outdoor.example', role: 'agent' }];

type HookMessage = NonNullable<DocumentedHook['messages']>[number];

/** The same chat as Smartsupp's REST API would return it. */
function toFakeChat(hook: DocumentedHook, id: string): FakeChat {
  const { channel, visitor } = hook;
  const key = id.slice(2);
  const { phone } = Object(visitor?.variables);
  const contact = {
    id: `ct${key}`,
    name: visitor?.name ?? null,
    email: visitor?.email ?? null,
    phone: Object(phone).value ?? null,
    note: visitor?.note ?? null,
    gdpr_approved: true,
    properties: {},
  };
  const endedAt = timeOf(hook.endAt);
  return {
    conversation: {
      id,
      status: 'closed',
      is_offline: channel.isOffline ?? false,
      is_served: channel.isChat ?? false,
      contact_id: contact.id,
      visitor_id: `vi${key}`,
      created_at: timeOf(hook.beginAt),
      finished_at: endedAt,
      updated_at: endedAt,
      channel: { type: 'default', id: null },
      agent_ids: agents.map((agent) => agent.id),
      rating_value: channel.rating ?? null,
      rating_text: channel.ratingDesc ?? null,
      referer: visitor?.referer ?? null,
      tags: ['demo'],
      variables: visitor?.variables ?? {},
      location: { ip: visitor?.ipAddress, code: visitor?.countryCode, country: visitor?.country, city: visitor?.city },
    },
    messages: (hook.messages ?? []).map((message, at) => toMessage(message, `ms${key}${at}`)),
    contact,
    visitor: { id: `vi${key}`, lang: 'cs', browser: visitor?.userAgent, platform: visitor?.platform },
  };
}

function toMessage(message: HookMessage, id: string): ApiRecord {
  const { type, from, content, sentAt, triggeredBy } = message;
  const common = { id, content: { type: 'text', text: content }, created_at: timeOf(sentAt) };
  if (type === 'visitor') return { ...common, sub_type: 'contact' };
  if (type === 'system') return { ...common, sub_type: 'system' };
  if (typeof triggeredBy === 'string') return { ...common, sub_type: 'trigger', trigger_name: triggeredBy };
  return { ...common, sub_type: 'agent', agent_id: String(from).replace('agent:', '') };
}

const timeOf = (milliseconds: unknown): string | null =>
  typeof milliseconds === 'number' ? new Date(milliseconds).toISOString() : null;
