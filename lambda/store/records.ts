import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Instant, Outcome } from '../conversation/model.ts';
import type { Delivery } from '../delivering/ledger.ts';
import { collect } from '../platform/collect.ts';
import type { Refused } from '../receiving/ports.ts';
import { chatPartition, chatPrefix, conversationIdOf, deliveryPrefix, personChatKey, rejectedIdOf } from './keys.ts';
import { readDelivery } from './ledger.ts';
import type { Item, Table } from './table.ts';

/** What lies in the table, page by page, for an operator to look at. What is listed may be a second behind. */
export type Records = {
  /** Recorded chats by when they were last received, newest first. */
  readonly chats: (since?: Date) => AsyncIterable<ChatRecord>;
  /** Deliveries in a state that is listed (not `delivered`): pending ones by when they are due, others by their begin. */
  readonly deliveries: (state: string, order?: Order) => AsyncIterable<DeliveryRecord>;
  readonly deliveriesOf: (conversationId: string) => Promise<readonly Delivery[]>;
  /** Newest first. */
  readonly rejected: (since?: Date) => AsyncIterable<RejectedRecord>;
  /** When each of the hooks was received that wait for the queue, oldest first. */
  readonly waiting: () => AsyncIterable<Instant>;
  /** Every chat of a person: `email#…` or `visitor#…`, as `personKeys` has it. */
  readonly chatsOf: (personKey: string) => AsyncIterable<string>;
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

export function createRecords({ documents, tableName }: Table): Records {
  async function* query(condition: string, values: Item, options: { index?: 'listing'; order?: Order } = {}) {
    const pages = paginateQuery(
      { client: documents, pageSize },
      {
        TableName: tableName,
        ...(options.index && { IndexName: options.index }),
        KeyConditionExpression: condition,
        ExpressionAttributeValues: values,
        ScanIndexForward: options.order !== 'newest first',
      },
    );
    for await (const { Items = [] } of pages) yield* Items;
  }

  const listed = (under: string, order: Order, since?: Date) =>
    since === undefined
      ? query('listed = :listed', { ':listed': under }, { index: 'listing', order })
      : query(
          'listed = :listed AND listedAt >= :since',
          { ':listed': under, ':since': since.toISOString() },
          { index: 'listing', order },
        );

  return {
    async *chats(since) {
      for await (const item of listed('chat', 'newest first', since)) yield* readChat(item);
    },
    async *deliveries(state, order = 'newest first') {
      for await (const item of listed(state, order)) {
        const delivery = readDelivery(item);
        if (delivery !== undefined) yield { conversationId: String(item['conversationId']), delivery };
      }
    },
    deliveriesOf: async (conversationId) => {
      const values = { ':pk': chatPartition(conversationId), ':prefix': deliveryPrefix };
      const items = await collect(query('pk = :pk AND begins_with(sk, :prefix)', values));
      return items.map(readDelivery).filter((delivery) => delivery !== undefined);
    },
    async *rejected(since) {
      for await (const item of listed('rejected', 'newest first', since)) yield toRejected(item);
    },
    async *waiting() {
      for await (const { receivedAt } of listed('waiting', 'oldest first')) yield String(receivedAt);
    },
    async *chatsOf(personKey) {
      const values = { ':pk': personChatKey(personKey, '').pk, ':prefix': chatPrefix };
      for await (const { sk } of query('pk = :pk AND begins_with(sk, :prefix)', values))
        yield conversationIdOf(String(sk));
    },
  };
}

const outcomes: ReadonlySet<unknown> = new Set<Outcome>(['answered', 'missed', 'offline', 'dropped', 'automatic']);
const isOutcome = (value: unknown): value is Outcome => outcomes.has(value);

function readChat({ conversationId, outcome, receivedAt }: Item): ChatRecord[] {
  return typeof conversationId === 'string' && typeof receivedAt === 'string' && isOutcome(outcome)
    ? [{ conversationId, outcome, receivedAt }]
    : [];
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
