import { normaliseEmail } from '../lambda/conversation/match-keys.ts';
import type { Delivery } from '../lambda/delivering/ledger.ts';
import { collect } from '../lambda/platform/collect.ts';
import { recogniseHook } from '../lambda/smartsupp/recognise.ts';
import type { Records, RejectedRecord } from '../lambda/store/records.ts';
import type { WaitingHook } from '../lambda/sweeping/sweep.ts';
import { UsageError } from './errors.ts';
import { type Filter, isSince, listedStates, picks, says } from './filter.ts';
import { mapInOrder } from './parallel.ts';

/** A delivery, or what has not come to one yet, as `list` shows it. */
export type Row = {
  /** When it began: the delivery's first attempt, or when the body was received. */
  readonly at: string;
  readonly id: string;
  readonly state: string;
  readonly destination: string | null;
  readonly attempts: number | null;
  readonly reason: string | null;
  readonly nextAttemptAt: string | null;
};

type Sources = {
  readonly records: Records;
  readonly waitingHooks: (limit: number) => Promise<readonly WaitingHook[]>;
};

/** What the filter picks, newest first, at most `limit`. */
export async function findRows(sources: Sources, filter: Filter, limit: number): Promise<readonly Row[]> {
  const { records } = sources;
  const sourcesOfRows: Promise<readonly Row[]>[] = [];
  // Chats are looked through one by one only where no list has what is asked for.
  if (filter.states.has('delivered') || filter.states.has('skipped')) {
    sourcesOfRows.push(collect(rowsOf(records, idsOf(records.chats(filter.since)), filter), limit));
  } else {
    const states = listedStates.filter((state) => filter.states.has(state));
    sourcesOfRows.push(...states.map((state) => collect(listedRows(records, state, filter), limit)));
  }
  // What is not a delivery yet has no destination.
  if (filter.destination === undefined) {
    if (filter.states.has('rejected')) sourcesOfRows.push(collect(rejectedRows(records, filter), limit));
    if (filter.states.has('waiting')) sourcesOfRows.push(waitingRows(sources, filter, limit));
  }
  return newest((await Promise.all(sourcesOfRows)).flat(), limit);
}

/** The same for one person's chats. */
export async function findRowsOf(records: Records, email: string, filter: Filter, limit: number) {
  const address = normaliseEmail(email);
  if (address === null) throw new UsageError(`${JSON.stringify(email)} is not an e-mail address.`);
  return newest(await collect(rowsOf(records, records.chatsOf(`email#${address}`), filter)), limit);
}

const newest = (rows: readonly Row[], limit: number) =>
  rows.toSorted((one, other) => other.at.localeCompare(one.at)).slice(0, limit);

async function* idsOf(chats: AsyncIterable<{ readonly conversationId: string }>) {
  for await (const { conversationId } of chats) yield conversationId;
}

async function* rowsOf(records: Records, ids: AsyncIterable<string>, filter: Filter): AsyncGenerator<Row> {
  const deliveries = mapInOrder(ids, async (id) =>
    (await records.deliveriesOf(id)).map((delivery) => ({ id, delivery })),
  );
  for await (const found of deliveries) {
    for (const { id, delivery } of found) if (picks(filter, delivery)) yield toRow(id, delivery);
  }
}

async function* listedRows(records: Records, state: string, filter: Filter): AsyncGenerator<Row> {
  for await (const { conversationId, delivery } of records.deliveries(state)) {
    if (picks(filter, delivery)) yield toRow(conversationId, delivery);
  }
}

async function* rejectedRows(records: Records, filter: Filter): AsyncGenerator<Row> {
  for await (const rejected of records.rejected(filter.since)) {
    if (says(filter, reasonOf(rejected))) yield rejectedRow(rejected);
  }
}

export function rejectedRow(rejected: RejectedRecord): Row {
  const { id, receivedAt } = rejected;
  return { ...nothingYet, at: receivedAt, id, state: 'rejected', reason: reasonOf(rejected) };
}

export const reasonOf = ({ reason, detail }: Pick<RejectedRecord, 'reason' | 'detail'>) => `${reason}: ${detail}`;

async function waitingRows({ waitingHooks }: Sources, filter: Filter, limit: number): Promise<readonly Row[]> {
  const hooks = await waitingHooks(limit);
  const rows = await Promise.all(
    hooks.map(async ({ id, read }) => {
      const stored = await read().catch(() => undefined);
      if (stored === undefined) return { ...nothingYet, at: '', id, state: 'waiting', reason: 'It cannot be read.' };
      const recognised = recogniseHook(stored.body);
      const named = recognised.ok ? recognised.conversationId : id;
      return { ...nothingYet, at: stored.receivedAt.toISOString(), id: named, state: 'waiting', reason: waitsForQueue };
    }),
  );
  return rows.filter(({ at, reason }) => (at === '' || isSince(filter, at)) && says(filter, reason));
}

const waitsForQueue = 'The queue was away. The sweep puts it there.';

const nothingYet = { destination: null, attempts: null, nextAttemptAt: null };

export function toRow(id: string, delivery: Delivery): Row {
  const { since, state, destination, attempts, reason, nextAttemptAt } = delivery;
  return { at: since, id, state, destination, attempts, reason, nextAttemptAt };
}
