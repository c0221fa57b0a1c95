import type { Instant, Outcome } from '../conversation/model.ts';
import type { Delivery } from '../delivering/ledger.ts';
import { collect } from '../platform/collect.ts';
import type { Refused } from '../receiving/ports.ts';
import { type FoundCard, foundCard } from './cards.ts';
import { chatKey, chatPrefix, deliveryKey, deliveryPrefix, personPartition, rejectedIdOf } from './keys.ts';
import { firstDeliveries, readDelivery } from './ledger.ts';
import type { Item, Table } from './table.ts';

/** What lies in the table, page by page, for an operator to look at. What is listed may be a second behind. */
export type Records = {
  /** Recorded chats by when they were last received, newest first. */
  readonly chats: (since?: Date) => AsyncIterable<ChatRecord>;
  /** Deliveries in a state that is listed (not `delivered`): pending ones by when they are due, others by their begin. */
  readonly deliveries: (state: string, order?: Order) => AsyncIterable<DeliveryRecord>;
  readonly deliveriesOf: (conversationId: string) => Promise<readonly Delivery[]>;
  /** Those of many chats to these destinations, by the hundred. */
  readonly deliveriesTo: (
    destinations: readonly string[],
    conversationIds: readonly string[],
  ) => Promise<readonly DeliveryRecord[]>;
  /** Newest first. */
  readonly rejected: (since?: Date) => AsyncIterable<RejectedRecord>;
  /** When each of the hooks was received that wait for the queue, oldest first. */
  readonly waiting: () => AsyncIterable<Instant>;
  /** Every chat of a person: `email#…`, `phone#…` or `visitor#…`, as `personKeys` has it. */
  readonly chatsOf: (personKey: string) => AsyncIterable<string>;
  /** Every card of theirs by which a chat is found. */
  readonly cardsOf: (personKey: string) => AsyncIterable<FoundCard>;
};

export type Order = 'newest first' | 'oldest first';

export type ChatRecord = { readonly conversationId: string; readonly outcome: Outcome; readonly receivedAt: Instant };

export type DeliveryRecord = { readonly conversationId: string; readonly delivery: Delivery };

export type RejectedRecord = Omit<Refused, 'ok'> & {
  readonly id: string;
  readonly receivedAt: Instant;
  /** How many times it came. */
  readonly copies: number;
};

/** Most who ask want the first few; the others wait some milliseconds for each page more. */
const pageSize = 250;

/** DynamoDB gives no more at a request. */
const mostKeys = 100;

export function createRecords(table: Table): Records {
  const listed = (under: string, order: Order, since?: Date) =>
    table.query({
      index: 'listing',
      where: since === undefined ? 'listed = :listed' : 'listed = :listed AND listedAt >= :since',
      values: { ':listed': under, ':since': since?.toISOString() },
      order: order === 'newest first' ? 'descending' : 'ascending',
      pageSize,
    });

  const within = (pk: string, prefix: string) =>
    table.query({
      where: 'pk = :pk AND begins_with(sk, :prefix)',
      values: { ':pk': pk, ':prefix': prefix },
      consistent: true,
      pageSize,
    });

  /** All cards are looked through for an address or a number: an item for each would be a sixth of what a chat costs. */
  async function* cardsWith(personKey: string) {
    const [, attribute, value] = /^(email|phone)#(.*)$/s.exec(personKey) ?? [];
    if (attribute === undefined) return;
    const values = { ':chat': 'chat', ':value': value };
    yield* table.query({ index: 'listing', where: 'listed = :chat', filter: `${attribute} = :value`, values });
  }

  async function* cardsOf(personKey: string): AsyncGenerator<FoundCard> {
    // A visitor's cards. Under an address or a number there is only what release 0.1 has written.
    for await (const item of within(personPartition(personKey), chatPrefix)) yield foundCard(item);
    for await (const item of cardsWith(personKey)) yield foundCard(item);
  }

  async function* chatsSince(since?: Date) {
    for await (const item of listed('chat', 'newest first', since)) yield* readChat(item);
  }

  return {
    async *chats(since) {
      // While a copy takes the place of another, there are cards of both.
      yield* distinct(chatsSince(since));
    },
    async *deliveries(state, order = 'newest first') {
      for await (const item of listed(state, order)) yield* toDelivery(item);
    },
    deliveriesOf: async (conversationId) => {
      // The header lies just before the deliveries.
      const { pk, sk } = chatKey(conversationId);
      const values = { ':pk': pk, ':first': sk, ':last': `${deliveryPrefix}~` };
      const where = 'pk = :pk AND sk BETWEEN :first AND :last';
      const attributes = 'sk, contentHash, revision, firstAttempts, delivery';
      const items = await collect(table.query({ where, values, attributes, pageSize, consistent: true }));
      const written = items.flatMap((item) => readDelivery(item) ?? []);
      const isWritten = ({ destination }: Delivery) => written.some((each) => each.destination === destination);
      const header = items.find((item) => item['sk'] === sk);
      return [...written, ...firstDeliveries(header).filter((delivery) => !isWritten(delivery))];
    },
    deliveriesTo: async (destinations, conversationIds) => {
      const keys = destinations.flatMap((name) => conversationIds.map((id) => deliveryKey(id, name)));
      const found: DeliveryRecord[] = [];
      for (let from = 0; from < keys.length; from += mostKeys) {
        const items = await table.getMany(keys.slice(from, from + mostKeys));
        found.push(...items.flatMap(toDelivery));
      }
      return found;
    },
    async *rejected(since) {
      for await (const item of listed('rejected', 'newest first', since)) yield toRejected(item);
    },
    async *waiting() {
      for await (const { receivedAt } of listed('waiting', 'oldest first')) yield String(receivedAt);
    },
    async *chatsOf(personKey) {
      for await (const { conversationId } of distinct(cardsOf(personKey))) yield conversationId;
    },
    cardsOf,
  };
}

const outcomes: ReadonlySet<unknown> = new Set<Outcome>(['answered', 'missed', 'offline', 'dropped', 'automatic']);
const isOutcome = (value: unknown): value is Outcome => outcomes.has(value);

function readChat({ conversationId, outcome, receivedAt }: Item): ChatRecord[] {
  return typeof conversationId === 'string' && typeof receivedAt === 'string' && isOutcome(outcome)
    ? [{ conversationId, outcome, receivedAt }]
    : [];
}

/** The first of each chat. */
async function* distinct<Of extends { readonly conversationId: string }>(all: AsyncIterable<Of>): AsyncGenerator<Of> {
  const seen = new Set<string>();
  for await (const each of all) {
    if (!seen.has(each.conversationId)) yield each;
    seen.add(each.conversationId);
  }
}

function toDelivery(item: Item): DeliveryRecord[] {
  const delivery = readDelivery(item);
  return delivery === undefined ? [] : [{ conversationId: String(item['conversationId']), delivery }];
}

function toRejected({ pk, reason, detail, faults, receivedAt, copies }: Item): RejectedRecord {
  return {
    id: rejectedIdOf(String(pk)),
    reason: String(reason),
    detail: String(detail),
    faults: Array.isArray(faults) ? faults : [],
    receivedAt: String(receivedAt),
    copies: Number(copies),
  };
}
