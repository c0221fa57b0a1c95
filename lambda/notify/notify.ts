import type { Log } from '../platform/logger.ts';
import type { Told } from '../store/told.ts';
import { type Card, plainCard } from './cards.ts';
import { WebhookError } from './channel.ts';
import type { News } from './news.ts';

type Dependencies = {
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
export function createNotify(deps: Dependencies): (until: Date) => Promise<void> {
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
