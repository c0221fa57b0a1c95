import type { Instant, Outcome } from '../conversation/model.ts';
import type { Delivery, Dismissal } from '../delivery/delivery.ts';
import type { Refused } from '../receive/answers.ts';
import { chatPartition, deliveryKey, deliveryPrefix, keyText, rejectedIdOf } from './keys.ts';
import { heldLists, pendingLists, readDelivery } from './ledger.ts';
import { collect, getAll, type Item, type Table } from './table.ts';

/** The table's records, page by page, for an operator. Lists may be a second behind. */
export type Records = {
  /** By when they were last received, newest first. */
  readonly chats: (since?: Date) => AsyncIterable<ChatRecord>;
  /**
   * Deliveries in a listed state, or `warned`: pending ones by when they are due, others by when their state changed.
   */
  readonly deliveries: (state: string, order?: Order) => AsyncIterable<DeliveryRecord>;
  readonly deliveriesOf: (conversationId: string) => Promise<readonly Delivery[]>;
  readonly deliveriesTo: (
    destinations: readonly string[],
    conversationIds: readonly string[],
  ) => Promise<readonly DeliveryRecord[]>;
  /** Default: those that were not dismissed, of any time. */
  readonly rejected: (which?: {
    readonly since?: Date | undefined;
    readonly states?: readonly RejectedState[];
  }) => AsyncIterable<RejectedRecord>;
  /** When each spooled hook was received, oldest first. */
  readonly spooled: () => AsyncIterable<Instant>;
  /** A person's chats, by a key from `personKeys`: `email#…`, `phone#…` or `visitor#<account>#…`. */
  readonly chatsOf: (personKey: string) => AsyncIterable<string>;
};

export type Order = 'newest first' | 'oldest first';

export type ChatRecord = { readonly conversationId: string; readonly outcome: Outcome; readonly receivedAt: Instant };

export type DeliveryRecord = { readonly conversationId: string; readonly delivery: Delivery };

export type RejectedRecord = Omit<Refused, 'ok'> & {
  readonly id: string;
  readonly receivedAt: Instant;
  readonly copies: number;
  readonly dismissal: Dismissal | null;
};

export const rejectedStates = ['rejected', 'dismissed'] as const;
export type RejectedState = (typeof rejectedStates)[number];

/** Small, because most callers need only the first few items. */
const pageSize = 250;

export function createRecords(table: Table): Records {
  const listed = (under: string, order: Order, since?: Date) =>
    table.query({
      index: 'listing',
      where: since === undefined ? 'listed = :listed' : 'listed = :listed AND listedAt >= :since',
      values: { ':listed': under, ':since': since?.toISOString() },
      order: order === 'newest first' ? 'descending' : 'ascending',
      pageSize,
    });

  async function listsOf(state: string): Promise<readonly string[]> {
    if (state === 'pending') return pendingLists(table);
    return state === 'held' ? heldLists : [state];
  }

  /** Scans all chats for an address or a number: an index for each would add a sixth to a chat's cost. */
  function chatsWith(personKey: string): AsyncIterable<Item> {
    const [, kind, value = ''] = /^(email|phone|visitor)#(.*)$/s.exec(personKey) ?? [];
    if (kind === 'visitor') {
      return table.query({ index: 'byVisitor', where: 'visitor = :visitor', values: { ':visitor': keyText(value) } });
    }
    const values = { ':chat': 'chat', ':value': value };
    return table.query({ index: 'listing', where: 'listed = :chat', filter: `${kind} = :value`, values });
  }

  return {
    async *chats(since) {
      for await (const item of listed('chat', 'newest first', since)) yield* readChat(item);
    },
    async *deliveries(state, order = 'newest first') {
      const lists = await listsOf(state);
      const items = merged(
        lists.map((list) => listed(list, order)),
        order,
      );
      for await (const item of items) yield* toDelivery(item);
    },
    deliveriesOf: async (conversationId) => {
      const deliveries = table.query({
        where: 'pk = :pk AND begins_with(sk, :prefix)',
        values: { ':pk': chatPartition(conversationId), ':prefix': deliveryPrefix },
        pageSize,
        consistent: true,
      });
      return (await collect(deliveries)).flatMap((item) => readDelivery(item) ?? []);
    },
    deliveriesTo: async (destinations, conversationIds) => {
      const keys = destinations.flatMap((name) => conversationIds.map((id) => deliveryKey(id, name)));
      return (await getAll(table, keys)).flatMap(toDelivery);
    },
    async *rejected({ since, states = ['rejected'] } = {}) {
      for (const state of states) {
        // Dismissed deliveries are listed among dismissed bodies.
        for await (const item of listed(state, 'newest first', since))
          if (!('delivery' in item)) yield toRejected(item);
      }
    },
    async *spooled() {
      for await (const { receivedAt } of listed('spooled', 'oldest first')) yield String(receivedAt);
    },
    async *chatsOf(personKey) {
      for await (const { conversationId } of chatsWith(personKey)) yield String(conversationId);
    },
  };
}

/** Items of several lists in the order of each. */
async function* merged(lists: readonly AsyncIterable<Item>[], order: Order): AsyncGenerator<Item> {
  const iterators = lists.map((list) => list[Symbol.asyncIterator]());
  const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
  const time = ({ listedAt }: Item) => String(listedAt);
  for (;;) {
    let next: { readonly at: number; readonly item: Item } | undefined;
    for (const [at, { done, value: item }] of heads.entries()) {
      if (done) continue;
      const isNewer = next === undefined || time(item) > time(next.item);
      if (next === undefined || isNewer === (order === 'newest first')) next = { at, item };
    }
    if (next === undefined) return;
    yield next.item;
    const head = await iterators[next.at]?.next();
    if (head !== undefined) heads[next.at] = head;
  }
}

const outcomes: ReadonlySet<unknown> = new Set<Outcome>(['answered', 'missed', 'offline', 'dropped', 'automatic']);
const isOutcome = (value: unknown): value is Outcome => outcomes.has(value);

export function readChat({ conversationId, outcome, receivedAt }: Item): ChatRecord[] {
  return typeof conversationId === 'string' && typeof receivedAt === 'string' && isOutcome(outcome)
    ? [{ conversationId, outcome, receivedAt }]
    : [];
}

function toDelivery(item: Item): DeliveryRecord[] {
  const delivery = readDelivery(item);
  return delivery === undefined ? [] : [{ conversationId: String(item['conversationId']), delivery }];
}

function toRejected({ pk, reason, detail, faults, receivedAt, copies, dismissal }: Item): RejectedRecord {
  return {
    id: rejectedIdOf(String(pk)),
    reason: String(reason),
    detail: String(detail),
    faults: Array.isArray(faults) ? faults : [],
    receivedAt: String(receivedAt),
    copies: Number(copies),
    dismissal: isDismissal(dismissal) ? dismissal : null,
  };
}

const isDismissal = (value: unknown): value is Dismissal =>
  typeof value === 'object' && value !== null && 'by' in value && 'at' in value && 'reason' in value;
