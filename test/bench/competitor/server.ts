/**
 * What one would write by hand instead of all this: a web framework, a table in SQLite as a durable outbox, and one loop
 * that delivers and tries again. In one process, as well as that can be done. Arguments: the database's file, the
 * webhook's URL, its key, the hook's key. Sends `{ port }` once it listens.
 */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Webhook } from 'standardwebhooks';
import { readHook } from '../../../lambda/smartsupp/hook.ts';
import { toConversation } from '../../../lambda/smartsupp/to-conversation.ts';
import { endWithParent } from '../../../local/lib/processes.ts';
import { type Chat, createOutbox } from './outbox.ts';

const atOnce = 32;
const idleMs = 20;
const maxWaitMs = 30 * 60_000;

endWithParent();
const [file = '', webhookUrl = '', webhookKey = '', hookKey = ''] = process.argv.slice(2);
const outbox = createOutbox(file);
const webhook = new Webhook(webhookKey);

const app = new Hono();
app.post('/smartsupp/:key', async (context) => {
  if (context.req.param('key') !== hookKey) return context.json({ title: 'Not found' }, 404);
  const body = await context.req.text();
  const reading = readHook(body);
  if (!reading.ok) return context.json({ title: reading.detail }, 400);
  const id = toConversation(reading.hook).id;
  await outbox.add({ id, body });
  return context.json({ status: 'accepted', conversationId: id });
});

async function deliver(chat: Chat): Promise<void> {
  try {
    const reading = readHook(chat.body);
    if (!reading.ok) throw new Error('It was a chat when it came.');
    const data = toConversation(reading.hook);
    const body = JSON.stringify({ type: 'conversation', timestamp: data.endedAt, data });
    const at = new Date();
    const id = `msg_${data.id}`;
    const response = await fetch(webhookUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, at, body),
      },
      body,
      signal: AbortSignal.timeout(15_000),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`The CRM answered ${response.status}.`);
    await outbox.done(chat);
  } catch {
    const wait = Math.min(maxWaitMs, 1000 * 2 ** chat.attempts);
    await outbox.later({ id: chat.id, at: Date.now() + wait * (1 + Math.random() / 4) });
  }
}

async function deliverForEver(): Promise<never> {
  while (true) {
    const chats = outbox.due(Date.now(), atOnce);
    if (chats.length === 0) await new Promise((resolve) => setTimeout(resolve, idleMs));
    await Promise.all(chats.map(deliver));
  }
}

void deliverForEver();
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.send?.({ port }));
