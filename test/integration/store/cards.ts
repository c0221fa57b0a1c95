import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import type { Recording } from '../../../lambda/delivering/ports.ts';
import { collect } from '../../../lambda/platform/collect.ts';
import { createConversations, createReadBody } from '../../../lambda/store/conversations.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import type { Key, Table } from '../../../lambda/store/table.ts';
import { createChatsOf } from '../../../lambda/store/visitors.ts';
import { allItems } from '../../support/items.ts';
import { copyOf, newChannel, retention, type StoreTests } from './support.ts';

const refusal = new DynamoDBServiceException({ name: 'Refused', $fault: 'client', $metadata: {} });

type Parts = {
  readonly visitorId?: string | null;
  readonly email?: string | null;
  readonly rating?: number;
  readonly hour?: number;
};

const at = (hour: number) => new Date(Date.UTC(2026, 4, 1, hour)).toISOString();

export const cardTests: StoreTests = (table) => {
  let channelId = 0;
  let visitor = '';
  beforeEach(() => {
    channelId = newChannel();
    visitor = `visitor-${channelId}`;
  });
  const record = (recording: Recording, over: Partial<Table> = {}) =>
    createConversations({ ...table(), ...over }, retention).record(recording);

  /** A copy of this test's chat, with so many messages. */
  const copy = (length: number, { visitorId = visitor, email = null, hour = 8, rating }: Parts = {}) =>
    copyOf(
      channelId,
      Array.from({ length }, () => 'Hello'),
      {
        visitorId,
        email,
        receivedAt: at(hour),
        ...(rating && { rating }),
      },
    );

  /** The revisions and visitors of which this test's chat has cards. */
  const cards = async () => {
    const ours = (await allItems(table())).filter((item) => item['conversationId'] === `208:${channelId}`);
    return ours.map(({ pk, revision }) => [String(pk), String(revision)]);
  };
  const cardOf = ({ revision }: Recording, pk = `PERSON#visitor#${visitor}`) => [pk, revision];

  test('is written with the others that come at once, by the 25', async () => {
    const requests: number[] = [];
    const putMany: Table['putMany'] = (items) => {
      requests.push(items.length);
      return table().putMany(items);
    };
    const conversations = createConversations({ ...table(), putMany }, retention);
    const all = Array.from({ length: 29 }, () => {
      channelId = newChannel();
      return copy(1);
    });
    // The last comes twice: of one key there may be one in a request.
    await Promise.all([...all, copy(1)].map(conversations.record));
    expect(requests).toEqual([25, 5]);
    const ids = (await createChatsOf(table())(copy(1).conversation)).map(({ conversationId }) => conversationId);
    expect(ids.toSorted()).toEqual(all.map(({ conversation }) => conversation.id).toSorted());
  });

  test.each([
    ['a longer copy takes its place', [copyAt(1), copyAt(2)], 1],
    ['a longer copy came before it', [copyAt(2), copyAt(1)], 0],
    ['the same words come once more', [copyAt(1), copyAt(1, { hour: 9 })], 1],
    ['the same words came later, too', [copyAt(1, { hour: 9 }), copyAt(1)], 0],
    ['another visitor’s copy takes its place', [copyAt(1), copyAt(2, { visitorId: 'other' })], 1],
    ['a copy of nobody’s takes its place', [copyAt(1), copyAt(2, { visitorId: null })], 1],
    ['nobody’s copy took its place before', [copyAt(2, { visitorId: null }), copyAt(1)], 0],
  ])('goes where %s, whether it is looked for before or not', async (_where, [first, then], left) => {
    for (const isLikelyKept of [false, true]) {
      channelId = newChannel();
      const copies = [first, then].map((make) => make?.() ?? copy(0));
      for (const recording of copies) await record({ ...recording, isLikelyKept });
      const { revision = '' } = copies[left] ?? {};
      expect((await cards()).map(([, of]) => of)).toEqual([revision]);
    }
  });

  function copyAt(length: number, parts?: Parts) {
    return () => copy(length, parts);
  }

  test('of a copy whose process died before its header was written goes when the message comes back', async () => {
    const whole = copy(2);
    await record(whole);
    const dead: Partial<Table> = { update: () => Promise.reject(new Error('it dies here')) };
    await expect(record(copy(1), dead)).rejects.toThrow('it dies here');
    expect(await cards()).toHaveLength(2);
    expect(await record({ ...copy(1), isLikelyKept: true })).toEqual({ kind: 'superseded' });
    expect(await cards()).toEqual([cardOf(whole)]);
  });

  const dying: Partial<Table> = { delete: () => Promise.reject(new Error('it dies here')) };

  test('that is being replaced says nothing beside the newest', async () => {
    await record(copy(1, { email: 'first@example.com' }));
    const newest = copy(2, { email: 'eva@example.com', hour: 9 });
    await expect(record(newest, dying)).rejects.toThrow('it dies here');
    expect(await cards()).toHaveLength(2);

    const records = createRecords(table());
    const { id } = newest.conversation;
    expect(await createChatsOf(table())(newest.conversation)).toMatchObject([{ email: 'eva@example.com' }]);
    const listed = (await collect(records.chats())).filter(({ conversationId }) => conversationId === id);
    expect(listed).toMatchObject([{ receivedAt: '2026-05-01T09:00:00.000Z' }]);
    expect(await collect(records.chatsOf(`visitor#${visitor}`))).toEqual([id]);
  });

  test.each([
    ['the same visitor', {}],
    ['another visitor', { visitorId: 'somebody else' }],
    ['nobody', { visitorId: null }],
  ])('that a dead process has left goes when its message comes back, where it is of %s', async (_whose, whose) => {
    await record(copy(1, whose));
    await expect(record(copy(2), dying)).rejects.toThrow('it dies here');
    expect(await record({ ...copy(2), isLikelyKept: true })).toMatchObject({ kind: 'unchanged' });
    expect(await cards()).toEqual([cardOf(copy(2))]);
  });

  test('that a dead process has left goes when the next copy comes first', async () => {
    await record(copy(1));
    await expect(record(copy(2), dying)).rejects.toThrow('it dies here');
    await record(copy(3));
    expect(await cards()).toEqual([cardOf(copy(3))]);
  });

  test('goes where the answer to the header’s write is lost, and it is asked for once more', async () => {
    await record(copy(1));
    const update: Table['update'] = async (key, change) => {
      await table().update(key, change);
      return table().update(key, change);
    };
    expect(await record(copy(2), { update })).toMatchObject({ kind: 'unchanged' });
    expect(await cards()).toEqual([cardOf(copy(2))]);
  });

  test('of the copy that is kept stays, whoever else handles the same message', async () => {
    const rated = (rating: number, hour: number) => copy(1, { rating, hour });
    const [first, other, again] = [rated(5, 8), rated(3, 9), rated(5, 10)];
    await record(first);
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const slow: Partial<Table> = {
      delete: async (key) => {
        reached.resolve();
        await go.promise;
        return table().delete(key);
      },
    };
    const handled = record(again, slow);
    await reached.promise;
    // The same words are there, but it came later than the other: that one has nothing to say.
    expect(await record(other)).toEqual({ kind: 'superseded' });
    expect(await record({ ...again, isLikelyKept: true })).toMatchObject({ kind: 'unchanged' });
    go.resolve();
    expect(await handled).toMatchObject({ kind: 'unchanged' });
    expect(await cards()).toEqual([cardOf(again)]);
  });

  test('of two copies that came in the same millisecond is the one of the copy that is kept', async () => {
    const [one, other] = [copy(1, { email: 'a@example.com' }), copy(1, { email: 'b@example.com' })];
    await Promise.all([one, other].map(createConversations(table(), retention).record));
    const kept = await createReadBody(table())(one.conversation.id);
    const [chat] = await createChatsOf(table())(one.conversation);
    expect(kept?.body).toContain(chat?.email);
    expect(await cards()).toHaveLength(1);
  });

  test('that stands beside 200 others makes no id one that many share', async () => {
    const all = Array.from({ length: 200 }, () => {
      channelId = newChannel();
      return copy(1);
    });
    await Promise.all(all.map(createConversations(table(), retention).record));
    await expect(record(copy(2), dying)).rejects.toThrow('it dies here');
    expect(await createChatsOf(table())(copy(2).conversation)).toHaveLength(200);
  });

  test('of nobody’s chat goes with an erasure, and that of its former copy', async () => {
    await record(copy(1, { visitorId: null }));
    await expect(record(copy(2, { visitorId: null }), dying)).rejects.toThrow('it dies here');
    await createErasure(table(), () => new Date()).end(`208:${channelId}`);
    // The mark alone.
    expect(await cards()).toEqual([[`CHAT#208#${channelId}`, '~']]);
  });

  test('that DynamoDB refuses keeps out no other of its batch', async () => {
    const isOdd = ({ pk }: Key) => pk.endsWith('odd');
    const putMany: Table['putMany'] = async (items) => {
      if (items.some(isOdd)) throw refusal;
      await table().putMany(items);
    };
    const { record } = createConversations({ ...table(), putMany }, retention);
    const outcomes = await Promise.allSettled([
      record(copy(1, { visitorId: 'odd' })),
      ...[1, 2].map(() => {
        channelId = newChannel();
        return record(copy(1));
      }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });
};
