import type { NotifyEvent } from '../config/config.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Log } from '../platform/logger.ts';
import type { DeliveryRecord } from '../store/lists.ts';
import type { ChatRecord, Records, RejectedRecord } from '../store/records.ts';
import type { Told } from '../store/told.ts';
import { businessHoursSince } from '../sweep/sweep.ts';
import { type Card, plainCard, WebhookError } from './channel.ts';

/** One piece of news; its id shows whether it was told already. */
export type News = { readonly id: string; readonly at: Date } & (
  | { readonly event: 'missed'; readonly chat: ChatRecord }
  | { readonly event: 'parked'; readonly conversationId: string; readonly delivery: Delivery }
  | { readonly event: 'rejected'; readonly rejected: RejectedRecord }
  | { readonly event: 'silence'; readonly last: Date }
);

type NotifyDependencies = {
  readonly findNews: (since: Date) => Promise<readonly News[]>;
  /** Undefined if there is nothing to tell of it after all. */
  readonly cardOf: (news: News) => Promise<Card | undefined>;
  /** Throws WebhookError if it was not taken. */
  readonly post: (card: Card) => Promise<void>;
  readonly readTold: () => Promise<Told | undefined>;
  readonly writeTold: (told: Told) => Promise<unknown>;
  /** Shows everything: `npx forwarder list`. */
  readonly listLine: string;
  readonly log: Log;
  readonly now: () => Date;
};

/** Cards a minute. The last one counts the rest. */
export const maxCards = 10;
/** An index lists a chat by when it was received; it may be stored this much later. */
const lagMs = 30 * 60_000;
/** Older news is not told any more, after a channel was away. */
const maxAgeMs = 24 * 3_600_000;
const maxIds = 2000;

/**
 * Tells what is new, once each. It reads what the other functions have stored, so nothing that happens here can delay
 * or keep out a delivery. What a channel did not take is tried again with the next run, for a day.
 */
export function createNotify(deps: NotifyDependencies): (until: Date) => Promise<void> {
  const { findNews, cardOf, post, now, log } = deps;

  return async (until) => {
    const told = await deps.readTold();
    if (told === undefined) {
      await deps.writeTold({ begin: now(), since: now(), ids: new Map() });
      return;
    }
    const since = new Date(Math.max(told.begin.getTime(), told.since.getTime(), now().getTime() - maxAgeMs));
    const isFresh = ({ id, at }: News) => at >= told.begin && !told.ids.has(id);
    const news = (await findNews(since)).filter(isFresh);
    const ids = new Map(told.ids);
    let failure: unknown;
    try {
      await tell(news, ids, until);
    } catch (error) {
      failure = error;
    }
    const left = news.find(({ id }) => !ids.has(id));
    const next = Math.min(now().getTime() - lagMs, left?.at.getTime() ?? Number.POSITIVE_INFINITY);
    if (ids.size > told.ids.size || left !== undefined || next - told.since.getTime() > lagMs) {
      await deps.writeTold({ begin: told.begin, since: new Date(next), ids: recent(ids) });
    }
    if (failure !== undefined) throw failure;
  };

  /** Notes what was told, even if the rest fails. */
  async function tell(news: readonly News[], ids: Map<string, Date>, until: Date): Promise<void> {
    const single = news.length > maxCards ? news.slice(0, maxCards - 1) : news;
    for (const each of single) {
      if (now() > until) return;
      await tellOne(each);
      ids.set(each.id, now());
    }
    const more = news.slice(single.length);
    if (more.length === 0 || now() > until) return;
    await post(summaryOf(more, deps.listLine));
    for (const { id } of more) ids.set(id, now());
  }

  async function tellOne(news: News): Promise<void> {
    const card = await cardOf(news);
    if (card === undefined) return;
    try {
      await post(card);
    } catch (error) {
      if (error instanceof WebhookError) log.warn('not told', { event: news.event });
      throw error;
    }
    log.info('told', { event: news.event });
  }

  function recent(ids: ReadonlyMap<string, Date>): ReadonlyMap<string, Date> {
    const oldest = now().getTime() - maxAgeMs;
    return new Map([...ids].filter(([, at]) => at.getTime() >= oldest).slice(-maxIds));
  }
}

function summaryOf(more: readonly News[], listLine: string): Card {
  const counts = Map.groupBy(more, ({ event }) => event);
  const words = [...counts].map(([event, of]) => `${of.length} ${event}`).join(', ');
  const [first] = more;
  return { ...plainCard(first?.event ?? 'test', `And ${more.length} more: ${words}`), run: [listLine] };
}

type NewsDependencies = {
  readonly records: Pick<Records, 'chats' | 'deliveries' | 'rejected'>;
  readonly silentSince: () => Promise<Date>;
  readonly on: readonly NotifyEvent[];
  readonly silentAfterHours: number;
  readonly timezone: string;
  readonly now: () => Date;
};

/** Finds the news since a time, oldest first. */
export function createFindNews(deps: NewsDependencies): (since: Date) => Promise<readonly News[]> {
  const { records, on, now } = deps;

  return async (since) => {
    const news = [
      ...(on.includes('missed') ? await missed(since) : []),
      ...(on.includes('parked') ? await parked(since) : []),
      ...(on.includes('rejected') ? await rejected(since) : []),
      ...(on.includes('silence') ? await silence() : []),
    ];
    return news.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  };

  async function missed(since: Date): Promise<readonly News[]> {
    const news: News[] = [];
    for await (const chat of records.chats(since)) {
      const { conversationId, outcome, receivedAt } = chat;
      if (outcome !== 'missed' && outcome !== 'offline') continue;
      news.push({ event: 'missed', id: `missed ${conversationId}`, at: new Date(receivedAt), chat });
    }
    return news;
  }

  async function parked(since: Date): Promise<readonly News[]> {
    const news: News[] = [];
    for await (const each of records.deliveries('parked')) {
      // Listed by when they were parked, newest first.
      if (Date.parse(each.delivery.updatedAt) < since.getTime()) break;
      news.push(parkedNews(each));
    }
    return news;
  }

  async function rejected(since: Date): Promise<readonly News[]> {
    const news: News[] = [];
    for await (const each of records.rejected({ since })) {
      news.push({ event: 'rejected', id: `rejected ${each.id}`, at: new Date(each.receivedAt), rejected: each });
    }
    return news;
  }

  async function silence(): Promise<readonly News[]> {
    if (deps.silentAfterHours === 0) return [];
    const last = await deps.silentSince();
    if (businessHoursSince(last, now(), deps.timezone) <= deps.silentAfterHours) return [];
    return [{ event: 'silence', id: `silence ${last.toISOString()}`, at: now(), last }];
  }
}

/** Replayed and parked once more, it is news again. */
function parkedNews({ conversationId, delivery }: DeliveryRecord): News {
  const id = `parked ${conversationId} ${delivery.destination} ${delivery.since}`;
  return { event: 'parked', id, at: new Date(delivery.updatedAt), conversationId, delivery };
}
