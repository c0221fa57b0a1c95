import type { Instant, Outcome } from '../conversation/model.ts';
import type { Delivery, Dismissal } from '../delivery/delivery.ts';
import type { Refused } from '../receive/answers.ts';
import { chatPartition, deliveryKey, deliveryPrefix, keyText, rejectedIdOf } from './keys.ts';
import { type DeliveryRecord, deliveriesIn, listedDeliveries, listsOf } from './lists.ts';
import { beginningWith, collect, type Item, isRecordOf, type Query, type Table } from './table.ts';

export type Records = ReturnType<typeof createRecords>;

export type ChatRecord = { readonly conversationId: string; readonly outcome: Outcome; readonly receivedAt: Instant };

export type RejectedRecord = Omit<Refused, 'ok'> & {
  readonly id: string;
  readonly receivedAt: Instant;
  readonly copies: number;
  readonly dismissal: Dismissal | null;
};

export const rejectedStates = ['rejected', 'dismissed'] as const;
export type RejectedState = (typeof rejectedStates)[number];
type WhichRejected = { readonly since?: Date | undefined; readonly states?: readonly RejectedState[] };

/** Small, because most callers need only the first few items. */
const pageSize = 250;

/** The table's records, page by page, for an operator. Lists may be a second behind. */
export function createRecords(table: Table) {
  /** Newest first. */
  const listed = (partition: string, since?: Date) =>
    table.query({ index: 'listing', partition, from: since?.toISOString(), order: 'descending', pageSize });

  return {
    /** By when they were last received, newest first. */
    async *chats(since?: Date): AsyncIterable<ChatRecord> {
      for await (const item of listed('chat', since)) yield* readChat(item);
    },
    /**
     * In a listed state, or `warned`: pending ones by when they are due, others by when their state changed; by default,
     * the latest first.
     */
    async *deliveries(state: string, order: Query['order'] = 'descending'): AsyncIterable<DeliveryRecord> {
      yield* listedDeliveries(table, await listsOf(table, state), { order, pageSize });
    },
    deliveriesOf: async (conversationId: string): Promise<readonly Delivery[]> => {
      const partition = chatPartition(conversationId);
      const items = await collect(table.query({ partition, ...beginningWith(deliveryPrefix) }));
      return deliveriesIn(items).map(({ delivery }) => delivery);
    },
    deliveriesTo: async (
      destinations: readonly string[],
      conversationIds: readonly string[],
    ): Promise<readonly DeliveryRecord[]> => {
      const keys = destinations.flatMap((name) => conversationIds.map((id) => deliveryKey(id, name)));
      return deliveriesIn(await table.getMany(keys));
    },
    /** By default those that were not dismissed, of any time. */
    async *rejected({ since, states = ['rejected'] }: WhichRejected = {}): AsyncIterable<RejectedRecord> {
      for (const state of states) {
        // Dismissed deliveries are listed among dismissed bodies.
        for await (const item of listed(state, since)) if (!('delivery' in item)) yield toRejected(item);
      }
    },
    /** When each spooled hook was received, oldest first. */
    async *spooled(): AsyncIterable<Instant> {
      const spooled = table.query({ index: 'listing', partition: 'spooled', pageSize });
      for await (const { receivedAt } of spooled) yield String(receivedAt);
    },
    /** A person's chats, by a key from `personKeys`: `email#…`, `phone#…` or `visitor#<account>#…`. */
    async *chatsOf(personKey: string): AsyncIterable<string> {
      const [, kind = '', value = ''] = /^(email|phone|visitor)#(.*)$/s.exec(personKey) ?? [];
      const isVisitor = kind === 'visitor';
      // Reads through all chats for an address or a number: an index for each would add a sixth to a chat's cost.
      const all = { index: 'listing', partition: 'chat' } as const;
      const chats = table.query(isVisitor ? { index: 'byVisitor', partition: keyText(value) } : all);
      for await (const item of chats) if (isVisitor || item[kind] === value) yield String(item['conversationId']);
    },
  };
}

const isChat = isRecordOf<ChatRecord>('conversationId', 'outcome', 'receivedAt');

export function readChat(item: Item): ChatRecord[] {
  if (!isChat(item)) return [];
  const { conversationId, outcome, receivedAt } = item;
  return [{ conversationId, outcome, receivedAt }];
}

const isDismissal = isRecordOf<Dismissal>('by', 'at', 'reason');

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
