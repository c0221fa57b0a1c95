import { normaliseEmail } from '../../lambda/conversation/email.ts';
import type { Delivery } from '../../lambda/delivery/delivery.ts';
import { validateHook } from '../../lambda/smartsupp/hook.ts';
import type { ChatRecord, Records, RejectedRecord } from '../../lambda/store/records.ts';
import { collect } from '../../lambda/store/table.ts';
import type { SpooledHook } from '../../lambda/sweep/sweep.ts';
import { type Filter, hasReason, isSince, type ListedState, listedStates, matches, reasonText } from './filters.ts';
import { mapInOrder } from './parallel.ts';
import { reasonOf } from './rejected.ts';
import { UsageError } from './terminal/errors.ts';
import { dim, printable, stateText } from './terminal/output.ts';
import { type Column, renderTable } from './terminal/table.ts';
import type { Times } from './terminal/time.ts';
import { wrapped } from './terminal/wrap.ts';

export type Row = {
  /** The sort key: when the chat was last received, the delivery began, or the body was received. */
  readonly at: string;
  readonly id: string;
  readonly state: string;
  readonly destination: string | null;
  readonly attempts: number | null;
  readonly reason: string | null;
  readonly nextAttemptAt: string | null;
};

type Sources = {
  readonly records: Pick<Records, 'chats' | 'deliveries' | 'deliveriesOf' | 'rejected'>;
  readonly spooledHooks: (limit: number) => Promise<readonly SpooledHook[]>;
};

export async function findRows(sources: Sources, filter: Filter, limit: number): Promise<readonly Row[]> {
  const { records } = sources;
  const kinds: Promise<readonly Row[]>[] = [];
  // Every chat is read only if no index lists the states.
  if (filter.states.has('delivered') || filter.states.has('skipped')) {
    kinds.push(collect(chatRows(records, records.chats(filter.since), filter), limit));
  } else {
    const states = listedStates.filter((state) => filter.states.has(state));
    kinds.push(...states.map((state) => listedRows(records, state, filter, limit)));
  }
  if (filter.destination === undefined) {
    // All, since they are listed by their last copy, but sorted by their first.
    if (filter.states.has('rejected')) kinds.push(collect(rejectedRows(records, filter)));
    if (filter.states.has('spooled')) kinds.push(spooledRows(sources, filter, limit));
  }
  return newest((await Promise.all(kinds)).flat(), limit);
}

export async function findRowsOf(records: Records, email: string, filter: Filter, limit: number) {
  const address = normaliseEmail(email);
  if (address === null) throw new UsageError(`${JSON.stringify(email)} is not an e-mail address.`);
  const chats = records.chatsOf(`email#${address}`);
  const rows = mapInOrder(chats, async (id) =>
    (await records.deliveriesOf(id))
      .filter((delivery) => matches(filter, delivery))
      .map((delivery) => toRow(id, delivery)),
  );
  return newest((await collect(rows)).flat(), limit);
}

const newest = (rows: readonly Row[], limit: number) =>
  rows.toSorted((one, other) => other.at.localeCompare(one.at)).slice(0, limit);

async function* chatRows(
  { deliveriesOf }: Sources['records'],
  chats: AsyncIterable<ChatRecord>,
  filter: Filter,
): AsyncGenerator<Row> {
  const found = mapInOrder(chats, async ({ conversationId, receivedAt }) =>
    (await deliveriesOf(conversationId))
      .filter((delivery) => matches(filter, delivery))
      .map((delivery) => ({ ...toRow(conversationId, delivery), at: receivedAt })),
  );
  for await (const rows of found) yield* rows;
}

function listedRows(
  records: Sources['records'],
  state: ListedState,
  filter: Filter,
  limit: number,
): Promise<readonly Row[]> {
  async function* rows() {
    for await (const { conversationId, delivery } of records.deliveries(state)) {
      if (matches(filter, delivery)) yield toRow(conversationId, delivery);
    }
  }
  // Pending deliveries are listed by when they are due, not by when they began.
  return collect(rows(), state === 'pending' ? undefined : limit);
}

async function* rejectedRows(records: Sources['records'], filter: Filter): AsyncGenerator<Row> {
  for await (const rejected of records.rejected(filter.since)) {
    if (hasReason(filter, reasonOf(rejected))) yield rejectedRow(rejected);
  }
}

export function rejectedRow(rejected: RejectedRecord): Row {
  const { id, receivedAt } = rejected;
  return { ...nothingYet, at: receivedAt, id, state: 'rejected', reason: reasonOf(rejected) };
}

async function spooledRows({ spooledHooks }: Sources, filter: Filter, limit: number): Promise<readonly Row[]> {
  // Oldest first, so the newest are at the end.
  const hooks = (await spooledHooks(maxSpooled)).slice(-limit);
  const rows = await Promise.all(
    hooks.map(async ({ id, read }) => {
      const stored = await read().catch(() => undefined);
      if (stored === undefined) return { ...nothingYet, at: '', id, state: 'spooled', reason: 'It cannot be read.' };
      const recognised = validateHook(stored.body);
      const named = recognised.ok ? recognised.conversationId : id;
      return { ...nothingYet, at: stored.receivedAt.toISOString(), id: named, state: 'spooled', reason: waitsForQueue };
    }),
  );
  return rows.filter(({ at, reason }) => (at === '' || isSince(filter, at)) && hasReason(filter, reason));
}

const maxSpooled = 10_000;

const waitsForQueue = 'The queue was unavailable. The sweep puts it there.';

const nothingYet = { destination: null, attempts: null, nextAttemptAt: null };

export function toRow(id: string, delivery: Delivery): Row {
  const { since, state, destination, attempts, nextAttemptAt } = delivery;
  return { at: since, id, state, destination, attempts, reason: reasonText(delivery), nextAttemptAt };
}

const columns: readonly Column[] = [
  { head: 'TIME' },
  { head: 'ID', maxWidth: 24 },
  { head: 'STATE' },
  { head: 'DESTINATION', maxWidth: 16 },
  { head: 'TRIES', align: 'right' },
];

const widthForReasons = 120;

/** One line each; in a narrow terminal the reason is below. Names the timezone at the end. */
export function rowsTable(rows: readonly Row[], times: Times): string {
  return `${tableOf(rows, times)}\n${dim(`Times are those of ${times.timezone}.`)}`;
}

function tableOf(rows: readonly Row[], times: Times): string {
  const cells = rows.map(({ at, id, state, destination, attempts }) => [
    times.short(at),
    shortId(id),
    stateText(state),
    destination ?? '',
    attempts ?? '',
  ]);
  const reasons = rows.map(({ reason }) => printable(reason ?? ''));
  if (!process.stdout.isTTY || process.stdout.columns >= widthForReasons) {
    const withReasons = cells.map((row, index) => [...row, reasons[index] ?? '']);
    return renderTable([...columns, { head: 'REASON', fills: true }], withReasons);
  }
  const [head, ...lines] = renderTable(columns, cells).split('\n');
  return [head, ...lines.flatMap((line, index) => [line, ...reasonLines(reasons[index] ?? '')])].join('\n');
}

function reasonLines(reason: string): readonly string[] {
  if (reason === '') return [];
  return wrapped(reason, { first: '  ', next: '  ', width: process.stdout.columns, breaksWords: true }).map(dim);
}

/** Twelve of the 32 digits identify a rejected body; every command accepts them. */
const shortId = (id: string) => (/^[0-9a-f]{32}$/.test(id) && process.stdout.isTTY ? id.slice(0, 12) : id);
