import { CrmError } from '../crm/port/errors.ts';
import type { SearchQuery, SmartsuppApi } from './api-client.ts';
import { type ApiState, type FetchRequest, isNewer, stateOf } from './fetch-request.ts';
import { toConversationId } from './hook.ts';
import { type Fields, toInstant, toText } from './lenient.ts';

/** Conversations that ended in a span of time, starting at a cursor. */
type Walk = Pick<SearchQuery, 'finishedFrom' | 'finishedTo' | 'after'> & {
  /** How many came before this cursor. */
  readonly walked: number;
};

type WalkedPage = {
  /** Only conversations that did not come before. */
  readonly items: readonly Fields[];
  /** Over all pages; null if Smartsupp does not say. */
  readonly total: number | null;
  /** The next cursor; undefined after the last. */
  readonly next: unknown;
  readonly walked: number;
};

/** The largest page that others have seen, and the smallest. */
export const pageSize = 200;
const minPageSize = 50;

/**
 * Walks through the conversations by when they began. The span is fixed, so one that ends anew while this goes on leaves
 * it, and belongs to the next. A cursor of milliseconds would skip what began in the same one, so each page begins a
 * millisecond before the end of the former.
 */
export async function* walkPages(search: SmartsuppApi['search'], walk: Walk): AsyncGenerator<WalkedPage> {
  const seen = new Set<string>();
  const { finishedFrom, finishedTo } = walk;
  let { after } = walk;
  let isExact = false;
  let size = pageSize;

  async function ask(): ReturnType<SmartsuppApi['search']> {
    try {
      return await search({ finishedFrom, finishedTo, size, after });
    } catch (error) {
      if (size === minPageSize || !isRefused(error)) throw error;
      size = minPageSize;
      return ask();
    }
  }

  for (;;) {
    const page = await ask();
    const items = page.items.filter((item) => isFirst(seen, item));
    const isStuck = items.length === 0 && (isExact || page.items.length === 0);
    const cursor = isStuck ? undefined : (page.after ?? cursorBehind(page, { walked: walk.walked + seen.size, size }));
    // A whole page began in one millisecond.
    isExact = items.length === 0;
    const next = isExact ? cursor : stepBack(cursor);
    yield { items, total: page.total, next, walked: walk.walked + seen.size };
    if (next === undefined) return;
    after = next;
  }
}

function isFirst(seen: Set<string>, { id }: Fields): boolean {
  const key = toText(id);
  if (key === null || seen.has(key)) return false;
  seen.add(key);
  return true;
}

/** A cursor for when Smartsupp gives none although there must be more. */
function cursorBehind(
  { items, total }: Awaited<ReturnType<SmartsuppApi['search']>>,
  { walked, size }: { readonly walked: number; readonly size: number },
): unknown {
  const isMore = total === null ? items.length >= size : walked < total;
  const last = isMore ? toInstant(items.at(-1)?.['created_at']) : null;
  return last === null ? undefined : [Date.parse(last)];
}

/** Perhaps the page size was refused. */
const isRefused = (error: unknown) => error instanceof CrmError && error.fault.kind === 'permanent';

function stepBack(cursor: unknown): unknown {
  const parts: readonly unknown[] = Array.isArray(cursor) ? cursor : [cursor];
  const [milliseconds, ...others] = parts;
  return typeof milliseconds === 'number' && others.length === 0 ? [milliseconds - 1] : cursor;
}

type Patience = {
  /** Before each call. */
  readonly count?: () => void;
  /** Whether a pause is worth it. */
  readonly hasTimeFor: (pauseMs: number) => boolean;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

const usualPauseMs = 1_000;
const maxTries = 3;

/** Waits as long as Smartsupp asks, and retries short failures. */
export function patiently(
  search: SmartsuppApi['search'],
  { count, hasTimeFor, sleep }: Patience,
): SmartsuppApi['search'] {
  return async (query) => {
    for (let tries = 1; ; tries += 1) {
      count?.();
      try {
        return await search(query);
      } catch (error) {
        const isTemporary = error instanceof CrmError && error.fault.kind === 'retryable';
        const pauseMs = (isTemporary && 'retryAfterMs' in error.fault && error.fault.retryAfterMs) || usualPauseMs;
        if (!isTemporary || tries === maxTries || !hasTimeFor(pauseMs)) throw error;
        await sleep(pauseMs);
      }
    }
  };
}

export type MissingDependencies = {
  readonly accountId: string;
  /** The states of conversations as they were fetched last, by our id. */
  readonly fetched: (conversationIds: readonly string[]) => Promise<ReadonlyMap<string, ApiState>>;
  readonly why: string;
};

/** Finds the conversations in a search that have ended and were not fetched, or are newer than what was. */
export function findMissing({ accountId, fetched, why }: MissingDependencies) {
  return async (items: readonly Fields[]): Promise<readonly FetchRequest[]> => {
    const ended = items.filter(isEnded).flatMap((item) => {
      const id = toText(item['id']);
      return id === null ? [] : [{ id, ours: toConversationId(accountId, id), seen: stateOf(item) }];
    });
    const known = await fetched(ended.map(({ ours }) => ours));
    return ended.flatMap(({ id, ours, seen }) => {
      const before = known.get(ours);
      if (before !== undefined && !isNewer(seen, before)) return [];
      return [{ version: 1, accountId, conversationId: id, why, seen }];
    });
  };
}

/** An open conversation will end later. An unknown status counts as ended: fetching it does no harm. */
const going: ReadonlySet<string> = new Set(['open', 'opened', 'served', 'pending']);

const isEnded = ({ status }: Fields) => !going.has(toText(status)?.toLowerCase() ?? '');
