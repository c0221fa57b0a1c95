import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { createFetch } from '../../../lambda/fetch/fetch.ts';
import { seal } from '../../../lambda/queue/envelope.ts';
import { createSmartsuppApi } from '../../../lambda/smartsupp/api-client.ts';
import { writeFetchRequest } from '../../../lambda/smartsupp/fetch-request.ts';
import { createFetchedStates } from '../../../lambda/store/api-progress.ts';
import { createPutClaimCheck } from '../../../lambda/store/large-bodies.ts';
import { createKeepRejected } from '../../../lambda/store/rejected.ts';
import { createHeldOf } from '../../../lambda/store/visitors.ts';
import { createDelivery } from '../../support/delivery.ts';
import { type FakeChat, startFakeSmartsupp } from '../../support/fake-smartsupp.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { simulatedDatabase } from '../../support/simulated-database.ts';

const token = 'a-token-of-the-fake';

/** Fetch and deliver as their handlers put them together, with a fake Smartsupp over HTTP and a CRM in memory. */
export async function startSystem(settings: object = {}) {
  const fake = await startFakeSmartsupp({ token });
  const table = await simulatedDatabase().newTable();
  let time = Date.parse('2026-11-30T11:00:00.000Z');
  /** Each look at the clock is a millisecond later, so that no two snapshots are of the same time. */
  const now = () => {
    time += 1;
    return new Date(time);
  };
  const http = createHttpClient({ now: () => new Date(), requestTimeoutMs: 500 });
  const api = createSmartsuppApi({ http, url: fake.url, token: async () => token });
  const crm = createMemoryCrm();
  const system = createDelivery({ table, now, hasApi: true, crms: { crm: { adapter: crm.adapter, settings } } });
  /** Snapshots on the queue of the chats, and requests on the fetch queue. */
  const queue: string[] = [];
  const requests: string[] = [];
  const lines: string[] = [];
  const rejected: string[] = [];
  const write = (message: string) => void lines.push(message);
  const log = { info: write, warn: write, error: write };
  const keepRejected = createKeepRejected(table, { retentionDays: 30, dailyBytes: null, now });
  const fetch = createFetch({
    api,
    fetched: createFetchedStates(table, { retentionDays: 30, now }),
    enqueue: async (body, receivedAt) => {
      queue.push(await seal(body, receivedAt, createPutClaimCheck(table, now)));
    },
    heldOf: createHeldOf(table),
    requestFetch: async (request) => void requests.push(writeFetchRequest(request)),
    keepRejected: async (message, why) => {
      rejected.push(`${why.reason}: ${why.detail}`);
      return keepRejected(message, why);
    },
    log,
    now,
  });
  const ask = (conversationId: string, receives = 1) =>
    fetch(writeFetchRequest({ accountId: '208', conversationId, why: 'conversation.closed' }), receives);
  return {
    fake,
    table,
    crm,
    ledger: system.ledger,
    fetch,
    ask,
    queue,
    requests,
    rejected,
    lines,
    deliver: system.deliver,
    /** Also the second look, after a moment, whether somebody unknown is known by then. */
    settle: async () => {
      const messages = queue.splice(0);
      await system.deliverAll(messages);
      time += 20_000;
      await system.deliverAll(messages);
    },
    deliverAll: async () => system.deliverAll(queue.splice(0)),
    close: async () => {
      http.close();
      await fake.close();
    },
  };
}

const at = (second: number) => new Date(Date.UTC(2026, 10, 30, 10, 0, second)).toISOString();

/** A chat as the API tells it, of a visitor who wrote `words`, and an agent. */
export function chatOf(id: string, words: readonly string[], changes: Changes = {}): FakeChat {
  const { conversation = {}, contact = { email: `${id}@example.com` } } = changes;
  return {
    conversation: {
      id,
      status: 'closed',
      is_served: true,
      contact_id: `ct-${id}`,
      visitor_id: `vi-${id}`,
      created_at: at(0),
      finished_at: at(words.length * 2 + 1),
      updated_at: at(words.length * 2 + 1),
      channel: { type: 'default' },
      ...conversation,
    },
    messages: words.flatMap((text, index) => [
      { id: `${id}-${index}-v`, sub_type: 'contact', content: { type: 'text', text }, created_at: at(index * 2) },
      {
        id: `${id}-${index}-a`,
        sub_type: 'agent',
        agent_id: '1257997',
        content: { type: 'text', text: `About ${text}` },
        created_at: at(index * 2 + 1),
      },
    ]),
    ...(contact !== null && { contact: { id: `ct-${id}`, name: 'Eva', ...contact } }),
    visitor: { id: `vi-${id}`, lang: 'cs' },
  };
}

type Changes = { readonly conversation?: object; readonly contact?: object | null };

/** The hook's copy of a chat that `chatOf` tells with the same words. */
export const hookOf = (
  channel: number,
  words: string,
  visitor: { readonly name: string; readonly email: string | null },
) =>
  JSON.stringify({
    accountId: 208,
    beginAt: Date.parse(at(0)),
    endAt: Date.parse(at(3)),
    channel: { id: channel, isChat: true, isCompleted: true },
    visitor: { id: channel, ...visitor },
    messages: [
      { type: 'visitor', from: `visitor:${channel}`, content: words, sentAt: Date.parse(at(0)) },
      { type: 'agent', from: 'agent:3', name: 'Karel', content: `About ${words}`, sentAt: Date.parse(at(1)) },
    ],
  });
