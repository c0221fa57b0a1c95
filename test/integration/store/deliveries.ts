import { beforeEach, expect, test } from '@jest/globals';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { complete } from '../../../lambda/delivery/state-machine.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { collect, type Table } from '../../../lambda/store/table.ts';
import { itemBytes } from '../../support/items.ts';
import {
  type Clock,
  copyOf,
  createClock,
  firstAttempt,
  firstLease,
  itemsOf,
  newChannel,
  retention,
  type StoreTests,
} from './support.ts';

export const deliveryTests: StoreTests = (table) => {
  let channelId = 0;
  let clock: Clock;
  beforeEach(() => {
    channelId = newChannel();
    clock = createClock();
  });
  const id = () => `208:${channelId}`;
  const ledger = () => createLedger(table(), { ...retention, now: clock.now });
  const write = (delivery: Delivery) => ledger().write(id(), delivery);
  const read = () => ledger().read(id(), 'crm');
  /** What an index holds of this test's chat. */
  const inIndex = async (index: 'listing' | 'byVisitor', partition: string) => {
    const items = await collect(table().query({ index, partition }));
    return items.filter(({ conversationId }) => conversationId === id());
  };

  test('is read as it was written, and is not there before', async () => {
    expect(await read()).toBeUndefined();
    const [leased, delivered] = firstAttempt(clock.now(), { state: 'delivered' });
    expect(await write(leased)).toBe(true);
    expect(await read()).toEqual(leased);
    expect(await write(delivered)).toBe(true);
    expect(await read()).toEqual(delivered);
  });

  test('is begun by one of twenty', async () => {
    const written = await Promise.all(Array.from({ length: 20 }, () => write(firstLease(clock.now()))));
    expect(written.filter(Boolean)).toHaveLength(1);
  });

  test('cannot be written by one who did not see the last write', async () => {
    const [leased, delivered] = firstAttempt(clock.now(), { state: 'delivered' });
    await write(leased);
    const parked = complete(leased, clock.now(), { state: 'parked' });
    const written = await Promise.all([delivered, parked, delivered, parked].map(write));
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await write(leased)).toBe(false);
  });

  test('that is written is known to be, if the answer was lost and the write was sent again', async () => {
    const twice: Table = {
      ...table(),
      put: async (...asked) => {
        await table().put(...asked);
        return table().put(...asked);
      },
    };
    const repeating = createLedger(twice, { ...retention, now: clock.now });
    const [leased, delivered] = firstAttempt(clock.now(), { state: 'delivered' });
    expect(await repeating.write(id(), leased)).toBe(true);
    expect(await repeating.write(id(), delivered)).toBe(true);
    expect(await repeating.write(id(), delivered)).toBe(false);
    expect(await read()).toEqual(delivered);
  });

  test('that is gone is not brought back by one who saw it', async () => {
    const [leased, delivered] = firstAttempt(clock.now(), { state: 'delivered' });
    await write(leased);
    await ledger().remove(id(), 'crm');
    expect(await write(delivered)).toBe(false);
    expect(await read()).toBeUndefined();
  });

  test.each([
    ['pending', { nextAttemptAt: '2026-05-01T08:05:00.000Z' }, '2026-05-01T08:05:00.000Z'],
    ['held', { heldFor: '208#7' }, '2026-05-01T08:00:01.000Z'],
    ['parked', { reason: 'no such field' }, '2026-05-01T08:00:01.000Z'],
  ] as const)('that is %s is listed by that, and by its time', async (state, parts, at) => {
    const leased = firstLease(clock.now());
    await write(leased);
    expect(await inIndex('listing', 'pending#crm')).toMatchObject([{ listedAt: leased.leaseUntil }]);
    clock.pass(1);
    const ended = complete(leased, clock.now(), { state, ...parts });
    await write(ended);
    const list = state === 'pending' ? 'pending#crm' : state;
    expect(await inIndex('listing', list)).toMatchObject([{ listedAt: at, delivery: ended }]);
    if (state !== 'pending') expect(await inIndex('listing', 'pending#crm')).toEqual([]);
  });

  test.each(['delivered', 'skipped'] as const)('that is %s is listed no more', async (state) => {
    for (const each of firstAttempt(clock.now(), { state })) await write(each);
    expect(await inIndex('listing', 'pending#crm')).toEqual([]);
    expect(await inIndex('listing', state)).toEqual([]);
  });

  test('that lacks something which the CRM refused is listed, until it lacks nothing', async () => {
    const [leased, delivered] = firstAttempt(clock.now(), { state: 'delivered' });
    await write(leased);
    await write({ ...delivered, warnings: ['email (INVALID_EMAIL)'] });
    expect(await inIndex('listing', 'warned')).toHaveLength(1);
    await write({ ...delivered, version: delivered.version + 1 });
    expect(await inIndex('listing', 'warned')).toEqual([]);
  });

  test('is found beside its chat in the indexes, and not a word of the chat', async () => {
    const words = `a secret of ${channelId}`;
    const visitorId = `visitor-${channelId}`;
    await createConversations(table(), retention).save(copyOf(channelId, [words], { visitorId }));
    for (const each of firstAttempt(clock.now(), { state: 'held' })) await write(each);
    const chats = await inIndex('listing', 'chat');
    const deliveries = await inIndex('listing', 'held');
    const visits = await inIndex('byVisitor', `208#${visitorId}`);
    expect([chats.length, deliveries.length, visits.length]).toEqual([1, 1, 1]);
    const found = ['conversationId', 'email', 'outcome', 'phone', 'pk', 'receivedAt', 'sk'];
    expect(Object.keys(chats[0] ?? {}).toSorted()).toEqual([...found, 'listed', 'listedAt'].toSorted());
    expect(Object.keys(visits[0] ?? {}).toSorted()).toEqual([...found, 'visitor', 'visitorAt'].toSorted());
    expect(Object.keys(deliveries[0] ?? {}).toSorted()).toEqual(
      ['conversationId', 'delivery', 'listed', 'listedAt', 'pk', 'sk'].toSorted(),
    );
  });

  test('of a typical chat costs one unit to write: at most a kilobyte, with its first attempt over', async () => {
    const conversationId = `20812345:3f6f0a52-7b1c-4222-8333-abcdef${String(channelId).padStart(6, '0')}`;
    const contentHash = 'c'.repeat(64);
    const leased = {
      ...firstLease(clock.now(), 'salesforce'),
      contentHash,
      revision: '00000012|2026-05-01T07:58:00.000Z|1|2026-05-01T08:00:00.000Z',
    };
    const ids = { contactId: '0038d00000XyZ12AAB', logId: '00T8d00000abcdEEAQ', followUpId: '00T8d00000abcdFEAQ' };
    clock.pass(1.234);
    const delivered = complete(
      { ...leased, ...ids, personDigest: 'p'.repeat(16), loggedHash: contentHash },
      clock.now(),
      { state: 'delivered' },
    );
    await ledger().write(conversationId, leased);
    await ledger().write(conversationId, delivered);
    const [item = {}] = await itemsOf(table(), conversationId);
    expect(itemBytes(item)).toBeLessThanOrEqual(1024);
  });

  test('goes when it has been left alone for as long as chats are kept', async () => {
    await write(firstLease(clock.now()));
    const days = retention.retentionDays * 24 * 60 * 60;
    expect(await itemsOf(table(), id())).toMatchObject([{ expiresAt: clock.now().getTime() / 1000 + days }]);
  });
};
