import { createHmac, randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import type { DocumentedHook } from '../../../lambda/smartsupp/documented.schema.ts';
import { createApi } from '../../smartsupp/api.ts';
import { createRecords } from '../../smartsupp/records.ts';
import type { Sent } from '../forwarder/sender.ts';
import { agents, toFakeChat } from './fake-chat.ts';

/** The ways on which a sample may come, besides the hook. */
export type SecondSource = {
  /** The REST API, to be mounted where `api.url` says. */
  readonly api: Hono;
  /** Smartsupp has the chat, and tells of it by a signed webhook. */
  readonly webhook: (hook: DocumentedHook) => Promise<Sent>;
  /** Smartsupp has the chat, and neither a hook nor a webhook has told of it. Undefined if nothing would find it. */
  readonly lose: ((hook: DocumentedHook) => Sent) | undefined;
  /** Runs the reconciliation now. Returns a sentence for the person. */
  readonly heal: (() => Promise<string>) | undefined;
  /** Chats that a webhook told of, which the table may not have yet. */
  readonly isTold: (conversationId: string) => boolean;
};

export type SecondSourceOptions = {
  readonly token: string;
  /** What the webhooks are signed with. */
  readonly secret: string;
  readonly eventsUrl: () => string;
  /** Runs the function reconcile; false if it failed. */
  readonly reconcile: (() => Promise<boolean>) | undefined;
};

/** A fake Smartsupp beside the demo CRM. What it knows ends with this process. */
export function createSecondSource({ token, secret, eventsUrl, reconcile }: SecondSourceOptions): SecondSource {
  const records = createRecords();
  records.putAgents(agents);
  const told = new Set<string>();
  let lost = 0;

  /** The id that the chat will have here. */
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
