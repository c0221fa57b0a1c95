import { describe, expect, test } from '@jest/globals';
import { type Filter, findRows } from '../../../cli/lib/rows.ts';
import { type State, states } from '../../../cli/lib/states.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import type { Records } from '../../../lambda/store/records.ts';
import type { SpooledHook } from '../../../lambda/sweep/sweep.ts';
import { aDelivery } from '../../support/a-delivery.ts';

const day = (date: number) => `2026-05-${String(date).padStart(2, '0')}T08:00:00.000Z`;
const days = Array.from({ length: 9 }, (_, index) => index + 1);

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** What the table would list, in its order. */
type Listed = {
  /** By when they were received last. */
  readonly chats?: readonly {
    readonly id: string;
    readonly receivedAt: string;
    readonly deliveries: readonly Delivery[];
  }[];
  /** By state: what is pending by when it is due, the rest by when it began. */
  readonly deliveries?: Readonly<Record<string, readonly { readonly id: string; readonly delivery: Delivery }[]>>;
  /** By when they came last. */
  readonly rejected?: readonly { readonly id: string; readonly receivedAt: string }[];
  /** Oldest first. */
  readonly spooled?: readonly SpooledHook[];
};

function list(
  only: readonly State[],
  limit: number,
  { chats = [], deliveries = {}, rejected = [], spooled = [] }: Listed,
) {
  const records: Pick<Records, 'chats' | 'deliveries' | 'deliveriesOf' | 'rejected'> = {
    chats: () => each(chats.map(({ id, receivedAt }) => ({ conversationId: id, receivedAt, outcome: 'answered' }))),
    deliveries: (state) =>
      each((deliveries[state] ?? []).map(({ id, delivery }) => ({ conversationId: id, delivery }))),
    deliveriesOf: async (id) => chats.find((chat) => chat.id === id)?.deliveries ?? [],
    rejected: ({ states: wanted = [] } = {}) =>
      each(
        (wanted.includes('rejected') ? rejected : []).map((body) => ({
          ...body,
          reason: 'invalid',
          detail: '',
          faults: [],
          copies: 1,
          dismissal: null,
        })),
      ),
  };
  const filter: Filter = { states: new Set(only), destination: undefined, since: undefined, reason: undefined };
  return findRows({ records, spooledHooks: async (maxSize) => spooled.slice(0, maxSize) }, filter, limit);
}

const ids = async (rows: ReturnType<typeof list>) => (await rows).map(({ id }) => id);

describe('a list that is cut begins with the newest', () => {
  test('of chats, by when they were received, whenever a destination had them', async () => {
    const chats = days.toReversed().map((date) => ({
      id: `208:${date}`,
      receivedAt: day(date),
      // The oldest went to a new destination last of all.
      deliveries: [aDelivery({ state: 'delivered', since: day(20 - date) })],
    }));
    expect(await ids(list(states, 3, { chats }))).toEqual(['208:9', '208:8', '208:7']);
    expect(await list(states, 1, { chats })).toMatchObject([{ at: day(9) }]);
  });

  test('of what is pending, by when it began, whenever it is due', async () => {
    const pending = days.map((date) => ({
      id: `208:${date}`,
      delivery: aDelivery({ state: 'pending', since: day(date) }),
    }));
    expect(await ids(list(['pending'], 2, { deliveries: { pending } }))).toEqual(['208:9', '208:8']);
  });

  test('of what lacks something that the CRM refused, with what that is', async () => {
    const warnings = ['email (INVALID_EMAIL)'];
    const parts = { state: 'delivered', reason: null, warnings } as const;
    const warned = [{ id: '208:1', delivery: aDelivery(parts) }];
    const reason = 'Not accepted: email (INVALID_EMAIL)';
    expect(await list(['warned'], 2, { deliveries: { warned } })).toMatchObject([{ id: '208:1', reason }]);
    const whole = aDelivery({ ...parts, warnings: [] });
    const chats = [{ id: '208:2', receivedAt: day(2), deliveries: [whole, aDelivery(parts)] }];
    expect(await ids(list(['warned', 'skipped'], 2, { chats }))).toEqual(['208:2']);
  });

  test('of several states', async () => {
    const at = (date: number, state: 'held' | 'parked') => ({
      id: `208:${date}`,
      delivery: aDelivery({ state, since: day(date) }),
    });
    const deliveries = { held: [at(9, 'held'), at(2, 'held')], parked: [at(8, 'parked'), at(3, 'parked')] };
    expect(await ids(list(['held', 'parked'], 3, { deliveries }))).toEqual(['208:9', '208:8', '208:3']);
  });

  test('of rejected bodies, by when they came first, however often they came since', async () => {
    const rejected = days.map((date) => ({ id: `body ${date}`, receivedAt: day(date) }));
    expect(await ids(list(['rejected'], 2, { rejected }))).toEqual(['body 9', 'body 8']);
  });

  test('of what waits, of which no more is read than is shown', async () => {
    const read: number[] = [];
    const spooled = days.map((date) => ({
      id: `hook ${date}`,
      read: async () => {
        read.push(date);
        return { body: JSON.stringify({ accountId: 208, channel: { id: date } }), receivedAt: new Date(day(date)) };
      },
      remove: async () => {},
    }));
    expect(await ids(list(['spooled'], 2, { spooled }))).toEqual(['208:9', '208:8']);
    expect(read).toEqual([8, 9]);
  });
});
