import type { NotifyEvent } from '../config/config.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { DeliveryRecord } from '../store/ledger.ts';
import type { ChatRecord, Records, RejectedRecord } from '../store/records.ts';
import { businessHoursSince } from '../sweep/sweep.ts';

/** One piece of news; its id shows whether it was told already. */
export type News = { readonly id: string; readonly at: Date } & (
  | { readonly event: 'missed'; readonly chat: ChatRecord }
  | { readonly event: 'parked'; readonly conversationId: string; readonly delivery: Delivery }
  | { readonly event: 'rejected'; readonly rejected: RejectedRecord }
  | { readonly event: 'silence'; readonly last: Date }
);

type Dependencies = {
  readonly records: Pick<Records, 'chats' | 'deliveries' | 'rejected'>;
  readonly silentSince: () => Promise<Date>;
  readonly on: readonly NotifyEvent[];
  readonly silentAfterHours: number;
  readonly timezone: string;
  readonly now: () => Date;
};

/** Finds the news since a time, oldest first. */
export function createFindNews(deps: Dependencies): (since: Date) => Promise<readonly News[]> {
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
