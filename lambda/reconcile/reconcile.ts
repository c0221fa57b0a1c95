import type { Instant } from '../conversation/model.ts';
import { CrmError } from '../crm/port/errors.ts';
import { errorFields, type Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { SmartsuppApi } from '../smartsupp/api-client.ts';
import { findMissing, type MissingDependencies, patiently, walkPages } from '../smartsupp/api-walk.ts';
import type { FetchRequest } from '../smartsupp/fetch-request.ts';

export type ReconcileDependencies = Omit<MissingDependencies, 'why'> & {
  readonly search: SmartsuppApi['search'];
  readonly watermarks: Watermarks;
  /** Puts requests on the fetch queue. Durable once the promise resolves. */
  readonly requestFetches: (requests: readonly FetchRequest[]) => Promise<void>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

export type Watermark = {
  /** Every conversation that ended before then is fetched, or on the fetch queue. */
  readonly reachedAt: Instant;
  /** When the last long look back began. */
  readonly deepAt: Instant;
  /** The place where a walk was stopped, to continue from. */
  readonly walk: StoredWalk | undefined;
};

type StoredWalk = {
  readonly from: Instant;
  readonly to: Instant;
  readonly after: unknown;
  readonly walked: number;
};

export type Watermarks = {
  readonly read: () => Promise<Watermark | undefined>;
  readonly write: (watermark: Watermark) => Promise<void>;
};

type Reconciled = { readonly calls: number; readonly listed: number; readonly requested: number };

const hourMs = 60 * 60_000;
/** A search may show an end only a while later, and most ratings come soon after it. */
const overlapMs = 2 * hourMs;
/** Once a day, for late ratings, and for ends that Smartsupp records late. */
const deepOverlapMs = 72 * hourMs;
const deepEveryMs = 24 * hourMs;
/** In one run; 200 conversations each. */
const maxCalls = 250;
/** A longer pause is left to the next run. */
const maxPauseMs = 10_000;

/**
 * Asks for every conversation that has ended at Smartsupp and was not fetched, or is newer there, to be fetched. Safe to
 * run at any time, even side by side: the watermark is written last, so what a run that dies has done is done again.
 */
export function createReconcile(dependencies: ReconcileDependencies) {
  const { accountId, fetched, watermarks, requestFetches, log, metrics, now, sleep } = dependencies;
  const missingIn = findMissing({ accountId, fetched, why: 'reconcile' });

  return async (until: Date): Promise<Reconciled> => {
    const known = await watermarks.read();
    const { walk, deepAt } = nextWalk(known, now());
    const counts = { calls: 0, listed: 0, requested: 0 };
    let left: StoredWalk | undefined = walk;
    const search = patiently(dependencies.search, {
      count: () => {
        counts.calls += 1;
      },
      hasTimeFor: (pauseMs) => pauseMs <= maxPauseMs && now().getTime() + pauseMs < until.getTime(),
      sleep,
    });

    try {
      const span = { ...walk, finishedFrom: new Date(walk.from), finishedTo: new Date(walk.to) };
      for await (const { items, next, walked } of walkPages(search, span)) {
        const missing = await missingIn(items);
        await requestFetches(missing);
        counts.listed += items.length;
        counts.requested += missing.length;
        left = next === undefined ? undefined : { ...walk, after: next, walked };
        if (counts.calls >= maxCalls || now() >= until) break;
      }
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      // The sweep measures how far back the watermark is; an alarm counts the line for a refused token.
      const { status, fault } = error;
      const message = fault.kind === 'credentials' ? 'token refused' : 'not reconciled yet';
      log.warn(message, { ...counts, status, ...errorFields(error) });
    }
    // The first walk may be long, and is not late for that.
    const reachedAt = left === undefined ? walk.to : (known?.reachedAt ?? walk.to);
    await watermarks.write({ reachedAt, deepAt, walk: left });

    log.info('reconciled', { ...counts, reachedAt, isComplete: left === undefined });
    metrics.count('ReconcileRequested', counts.requested);
    metrics.flush();
    return counts;
  };
}

function nextWalk(known: Watermark | undefined, now: Date): { readonly walk: StoredWalk; readonly deepAt: Instant } {
  const to = now.toISOString();
  if (known === undefined) return { walk: { from: before(to, overlapMs), to, ...atTheBeginning }, deepAt: to };
  if (known.walk !== undefined) return { walk: known.walk, deepAt: known.deepAt };
  const isDeep = now.getTime() - Date.parse(known.deepAt) >= deepEveryMs;
  const from = before(known.reachedAt, isDeep ? deepOverlapMs : overlapMs);
  return { walk: { from, to, ...atTheBeginning }, deepAt: isDeep ? to : known.deepAt };
}

const atTheBeginning = { after: undefined, walked: 0 };

const before = (instant: Instant, milliseconds: number): Instant =>
  new Date(Date.parse(instant) - milliseconds).toISOString();
