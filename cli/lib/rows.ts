import { readVisitors, type Visitor } from '../../inspector/forwarder/visitors.ts';
import { normaliseEmail } from '../../lambda/conversation/contact-details.ts';
import { type Delivery, type Dismissal, isWarned, shownState } from '../../lambda/delivery/delivery.ts';
import { validateHook } from '../../lambda/smartsupp/hook.ts';
import { type ChatRecord, type Records, type RejectedRecord, rejectedStates } from '../../lambda/store/records.ts';
import { collect, type Table } from '../../lambda/store/table.ts';
import type { SpooledHook } from '../../lambda/sweep/sweep.ts';
import { mapInOrder } from './parallel.ts';
import { isRejectedId, reasonOf } from './rejected.ts';
import type { State } from './states.ts';
import { UsageError } from './terminal/errors.ts';

export type Row = {
  /** Of a chat that is stored: the visitor, as far as they said who they are, and how it ended. */
  readonly visitor: Visitor['name'];
  readonly outcome: Visitor['outcome'] | null;
  /** The sort key: when the chat was last received, the delivery began, or the body was received. */
  readonly at: string;
  readonly id: string;
  readonly state: string;
  readonly destination: string | null;
  readonly attempts: number | null;
  readonly reason: string | null;
  readonly nextAttemptAt: string | null;
};

export type Filter = {
  readonly states: ReadonlySet<State>;
  readonly destination: string | undefined;
  readonly since: Date | undefined;
  /** A part of the reason; case is ignored. */
  readonly reason: string | undefined;
};

/** The states in the table's index; others are found through their chats. */
export const listedStates = ['pending', 'held', 'parked', 'dismissed', 'warned'] as const;
export type ListedState = (typeof listedStates)[number];

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
    kinds.push(collect(rejectedRows(records, filter)));
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
  for await (const rejected of records.rejected(rejectedIn(filter))) {
    if (hasReason(filter, reasonOf(rejected))) yield rejectedRow(rejected);
  }
}

export function rejectedRow(rejected: RejectedRecord): Row {
  const { id, receivedAt, dismissal } = rejected;
  const state = dismissal === null ? 'rejected' : 'dismissed';
  return { ...nothingYet, at: receivedAt, id, state, reason: withDismissal(dismissal, reasonOf(rejected)) };
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

const nobody = { visitor: null, outcome: null };

const nothingYet = { ...nobody, destination: null, attempts: null, nextAttemptAt: null };

export function toRow(id: string, delivery: Delivery): Row {
  const { since, destination, attempts, dismissal, nextAttemptAt } = delivery;
  const reason = withDismissal(dismissal, reasonText(delivery));
  return { ...nobody, at: since, id, state: shownState(delivery), destination, attempts, reason, nextAttemptAt };
}

/** Why it was dismissed, by whom, and on which day in UTC; then why it was parked, held or rejected. */
function withDismissal(dismissal: Dismissal | null, reason: string | null): string | null {
  if (dismissal === null) return reason;
  const { by, at, reason: seen } = dismissal;
  return `${seen} (${by}, ${at.slice(0, 10)})${reason === null ? '' : `; ${reason}`}`;
}

/** Adds the visitor of each chat. */
export async function withVisitors(table: Table, rows: readonly Row[]): Promise<readonly Row[]> {
  const visitors = await readVisitors(
    table,
    rows.map(({ id }) => id).filter((id) => !isRejectedId(id)),
  );
  return rows.map((row) => {
    const visitor = visitors.get(row.id);
    return visitor === undefined ? row : { ...row, visitor: visitor.name, outcome: visitor.outcome };
  });
}

export function matches(filter: Filter, delivery: Delivery): boolean {
  const { destination, since, dismissal } = delivery;
  return (
    (filter.states.has(shownState(delivery)) || (filter.states.has('warned') && isWarned(delivery))) &&
    (filter.destination === undefined || filter.destination === destination) &&
    isSince(filter, since) &&
    hasReason(filter, `${dismissal?.reason ?? ''} ${reasonText(delivery) ?? ''}`)
  );
}

/** Why a delivery is where it is, or what of it the CRM did not accept. */
export const reasonText = ({ reason, warnings }: Delivery): string | null =>
  reason ?? (warnings.length === 0 ? null : `Not accepted: ${warnings.join(', ')}`);

export const isSince = ({ since }: Pick<Filter, 'since'>, instant: string) =>
  since === undefined || Date.parse(instant) >= since.getTime();

export const hasReason = ({ reason }: Pick<Filter, 'reason'>, text: string) =>
  reason === undefined || text.toLowerCase().includes(reason.toLowerCase());

export const rejectedIn = ({ since, states }: Pick<Filter, 'since' | 'states'>) => ({
  since,
  states: rejectedStates.filter((state) => states.has(state)),
});
