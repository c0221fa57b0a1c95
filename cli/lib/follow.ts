import { type Delivery, shownState } from '../../lambda/delivery/delivery.ts';
import type { Records, RejectedRecord } from '../../lambda/store/records.ts';
import { mapInOrder } from './parallel.ts';

export type Event = { readonly at: string; readonly id: string } & (
  | { readonly kind: 'chat' }
  | { readonly kind: 'delivery'; readonly delivery: Delivery }
  | { readonly kind: 'rejected'; readonly rejected: RejectedRecord }
);

/** Those listed by when their state changed. Pending ones are listed by when they are due, so all are read. */
const byChange = ['parked', 'held', 'warned', 'dismissed'] as const;

/** How much later than its time the index may list something: the chat was on the queue. */
const lagMs = 2 * 60_000;
const maxPending = 250;

/** Each call returns what has happened since the one before; the first, since `begin`. */
export function createFollow(
  records: Pick<Records, 'chats' | 'deliveries' | 'deliveriesOf' | 'rejected'>,
  begin: Date,
): (now: Date) => Promise<readonly Event[]> {
  /** By what identifies an event, the time when it was seen. */
  const seen = new Map<string, number>();
  /** Chats whose deliveries may go on, and since when that is known. */
  const open = new Map<string, number>();

  return async (now) => {
    const from = new Date(Math.max(begin.getTime(), now.getTime() - lagMs));
    await findChanged(from, now);
    const events = [...(await deliveries(now))];
    // Afterwards, so that no delivery is told of before its chat.
    events.push(...(await chats(from, now)), ...(await rejected(from)));
    const fresh = events.filter((event) => isNew(event, now));
    for (const [key, at] of seen) if (at < now.getTime() - 2 * lagMs) seen.delete(key);
    return fresh.toSorted((one, other) => one.at.localeCompare(other.at));
  };

  function isNew(event: Event, now: Date): boolean {
    const key = keyOf(event);
    const isKnown = seen.has(key);
    seen.set(key, now.getTime());
    return !isKnown && Date.parse(event.at) >= begin.getTime();
  }

  async function chats(from: Date, now: Date): Promise<readonly Event[]> {
    const events: Event[] = [];
    for await (const { conversationId: id, receivedAt: at } of records.chats(from)) {
      const event = { kind: 'chat', id, at } as const;
      events.push(event);
      if (!seen.has(keyOf(event))) open.set(id, now.getTime());
    }
    return events;
  }

  async function rejected(since: Date): Promise<readonly Event[]> {
    const events: Event[] = [];
    for await (const each of records.rejected({ since })) {
      events.push({ kind: 'rejected', id: each.id, at: each.receivedAt, rejected: each });
    }
    return events;
  }

  /** Older chats, too, whose deliveries go on. */
  async function findChanged(from: Date, now: Date): Promise<void> {
    for (const state of byChange) {
      for await (const { conversationId, delivery } of records.deliveries(state)) {
        if (Date.parse(delivery.updatedAt) < from.getTime()) break;
        open.set(conversationId, now.getTime());
      }
    }
    let pending = 0;
    for await (const { conversationId } of records.deliveries('pending', 'ascending')) {
      open.set(conversationId, now.getTime());
      pending += 1;
      if (pending >= maxPending) break;
    }
  }

  async function deliveries(now: Date): Promise<readonly Event[]> {
    const events: Event[] = [];
    const read = mapInOrder(each([...open]), async ([id, at]) => ({
      id,
      at,
      deliveries: await records.deliveriesOf(id),
    }));
    for await (const { id, at, deliveries } of read) {
      const isAtItsEnd = deliveries.length > 0 && deliveries.every(({ state }) => state !== 'pending');
      // The list of those pending brings back what takes longer.
      if (isAtItsEnd || at < now.getTime() - lagMs) open.delete(id);
      events.push(...deliveries.filter(isWorthALine).map((delivery) => toEvent(id, delivery)));
    }
    return events;
  }
}

const toEvent = (id: string, delivery: Delivery): Event => ({
  kind: 'delivery',
  id,
  at: delivery.updatedAt,
  delivery,
});

/** Not each lease, nor the wait for a first attempt. */
const isWorthALine = ({ state, leaseUntil, reason }: Delivery) =>
  leaseUntil === null && (state !== 'pending' || reason !== null);

function keyOf(event: Event): string {
  switch (event.kind) {
    case 'chat':
      return `chat ${event.id} ${event.at}`;
    case 'rejected':
      return `rejected ${event.id} ${event.rejected.copies}`;
    case 'delivery': {
      const { destination, attempts, since } = event.delivery;
      return `delivery ${event.id} ${destination} ${shownState(event.delivery)} ${since} ${attempts}`;
    }
  }
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
