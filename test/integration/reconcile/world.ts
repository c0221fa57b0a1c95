import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { createFetch } from '../../../lambda/fetch/fetch.ts';
import { referTo, seal } from '../../../lambda/queue/envelope.ts';
import { createReconcile } from '../../../lambda/reconcile/reconcile.ts';
import { createSmartsuppApi } from '../../../lambda/smartsupp/api-client.ts';
import { writeFetchRequest } from '../../../lambda/smartsupp/fetch-request.ts';
import { createFetchedStates, createWatermarks } from '../../../lambda/store/api-progress.ts';
import { createListDue } from '../../../lambda/store/backlog.ts';
import { createDynamoDb, simulatedTable } from '../../simulation/dynamodb.ts';
import { createDelivery } from '../../support/delivery.ts';
import type { FakeChat, FakeSmartsupp } from '../../support/fake-smartsupp.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { createRandom } from '../../support/random.ts';
import { accountId, type Event, type Shop, start } from './shop.ts';

export const token = 'a-token-of-the-fake';

const minuteMs = 60_000;
/** Of the events. */
const doubled = 0.05;
const outOfOrder = 0.2;
const lost = 0.05;
/** Of the writes to the table and the queues. */
const deadly = 0.02;

class Killed extends Error {
  override readonly name = 'Killed';
}

/** What the POST hook says of a conversation at this time; undefined if it tells nothing of such ones. */
export type HookOf = (chat: FakeChat) => string | undefined;

type Message = { readonly at: number; readonly body: string };

/** Fetch, deliver, the sweep and reconcile on a table, queues and a clock of their own, killed at random. */
export async function createWorld(
  fake: FakeSmartsupp,
  {
    seed,
    losesEvents = lost,
    hookOf = () => undefined,
  }: { readonly seed: string; readonly losesEvents?: number; readonly hookOf?: HookOf },
) {
  const random = createRandom(`${seed} world`);
  let clock = start;
  const now = () => new Date(clock);
  let deaths = 0;
  let duplicates = 0;
  let isKilling = true;
  /** The process ends before an effect, or after it and before its answer. */
  async function deadlyEffect<T>(effect: () => T | Promise<T>): Promise<T> {
    const dies = (share: number) => {
      if (!isKilling || !random.chance(share)) return;
      deaths += 1;
      throw new Killed();
    };
    dies(deadly / 2);
    const result = await effect();
    dies(deadly / 2);
    return result;
  }

  const table = simulatedTable(createDynamoDb({ now: () => clock, lagMs: () => 0 }), (what, effect) =>
    /^(put|update|delete)/.test(what) ? deadlyEffect(effect) : Promise.resolve(effect()),
  );
  const requests: Message[] = [];
  const chats: Message[] = [];
  const send = (queue: Message[], body: string, at = clock) => deadlyEffect(() => void queue.push({ at, body }));
  const crm = createMemoryCrm();
  const { deliver, ledger, requeued, healed } = createDelivery({
    table,
    now,
    hasApi: true,
    crms: { crm: { adapter: crm.adapter, settings: { anonymous: 'create' } } },
  });
  const http = createHttpClient({ now: () => new Date() });
  const api = createSmartsuppApi({ http, url: fake.url, token: async () => token });
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const fetched = createFetchedStates(table, { retentionDays: 30, now });
  const fetch = createFetch({
    api,
    fetched,
    enqueue: async (body, receivedAt, options) => send(chats, await seal(body, receivedAt, noClaimCheck, options)),
    heldOf: async () => [],
    requestFetch: async () => {},
    keepRejected: async () => Promise.reject(new Error('every conversation can be read')),
    log,
    now,
  });
  const reconcile = createReconcile({
    accountId,
    search: api.search,
    fetched: fetched.read,
    watermarks: createWatermarks(table, accountId),
    requestFetches: async (found) => {
      for (const request of found) await send(requests, writeFetchRequest(request));
    },
    log,
    metrics: { count: () => {}, flush: () => {} },
    now,
    sleep: async () => {},
  });
  const listDue = createListDue(table, ledger, now);

  async function tell({ conversationId, why }: Event): Promise<void> {
    tellOnce(requests, JSON.stringify({ version: 1, accountId, conversationId, why }), losesEvents);
    const chat = fake.chat(conversationId);
    const hook = chat && hookOf(chat);
    if (hook !== undefined) tellOnce(chats, await seal(hook, now(), noClaimCheck), lost);
  }

  /** Or not at all, or twice, and some time later. */
  function tellOnce(queue: Message[], body: string, loses: number): void {
    const at = () => clock + (random.chance(outOfOrder) ? random.between(minuteMs, 30 * minuteMs) : 0);
    if (random.chance(loses)) return;
    queue.push({ at: at(), body });
    if (!random.chance(doubled)) return;
    duplicates += 1;
    queue.push({ at: at(), body });
  }

  /** Handles what is due; what dies is there again a minute later. */
  async function work(queue: Message[], handle: (body: string) => Promise<Date | undefined>): Promise<void> {
    const due = queue.filter(({ at }) => at <= clock);
    const later = queue.filter(({ at }) => at > clock);
    queue.splice(0, queue.length, ...later);
    for (const { body } of due) {
      const again = await handle(body).catch((error: unknown) => {
        if (error instanceof Killed) return new Date(clock + minuteMs);
        throw error;
      });
      if (again !== undefined) queue.push({ at: again.getTime(), body });
    }
  }

  async function sweep(): Promise<void> {
    for (const { conversationId, destination, relist } of await listDue('crm', new Date(clock - minuteMs), 100)) {
      chats.push({ at: clock, body: referTo(conversationId, [destination]) });
      await relist(new Date(clock + 15 * minuteMs));
    }
  }

  async function minute(shop: Shop): Promise<void> {
    clock += minuteMs;
    for (const event of shop.until(clock)) await tell(event);
    const passed = Math.round((clock - start) / minuteMs);
    if (passed % 15 === 0) await unlessKilled(reconcile(new Date(clock + minuteMs)));
    await work(requests, async (body) => ((await fetch(body, 1)) === 'done' ? undefined : new Date(clock + minuteMs)));
    await work(chats, async (body) => (await deliver(body))?.at);
    for (const body of requeued.splice(0)) chats.push({ at: clock, body });
    await unlessKilled(sweep());
  }

  return {
    table,
    run: async ({ shop, forMs }: { readonly shop: Shop; readonly forMs: number }) => {
      while (clock < start + forMs) {
        // At last, what is under way comes to its end.
        isKilling = clock < start + forMs - 30 * minuteMs;
        await minute(shop);
      }
      http.close();
    },
    notes: () => crm.notes.filter(({ conversationId }) => conversationId !== ''),
    contacts: () => crm.contacts,
    deaths: () => deaths,
    duplicates: () => duplicates,
    healed,
  };
}

const noClaimCheck = () => Promise.reject(new Error('a small chat fits the queue'));

const unlessKilled = (work: Promise<unknown>) =>
  work.catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
