import { beforeEach, expect, test } from '@jest/globals';
import type { Recording } from '../../../lambda/delivering/ports.ts';
import { collect } from '../../../lambda/platform/collect.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { createChatsOf } from '../../../lambda/store/visitors.ts';
import { allItems } from '../../support/items.ts';
import { newChannel, recordingOf, retention, type StoreTests } from './support.ts';

type Parts = { readonly visitorId?: string | null; readonly email?: string | null; readonly hour?: number };

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
  const copy = (length: number, { visitorId = visitor, email = null, hour = 8 }: Parts = {}) => {
    const messages = Array.from({ length }, () => ({ type: 'visitor', content: 'Hello' }));
    const hook = { accountId: 208, channel: { id: channelId }, visitor: { id: visitorId, email }, messages };
    return recordingOf(JSON.stringify(hook), new Date(Date.UTC(2026, 4, 1, hour)));
  };

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
    ['the same copy came before it', [copyAt(1), copyAt(1, { hour: 9 })], 0],
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

  test('that a dead process has left says nothing beside the newest, and goes with an erasure', async () => {
    await record(copy(1, { email: 'first@example.com' }));
    const newest = copy(2, { email: 'eva@example.com', hour: 9 });
    const dead: Partial<Table> = { delete: () => Promise.reject(new Error('it dies here')) };
    await expect(record(newest, dead)).rejects.toThrow('it dies here');
    expect(await cards()).toHaveLength(2);

    const records = createRecords(table());
    const { id } = newest.conversation;
    expect(await createChatsOf(table())(newest.conversation)).toMatchObject([{ email: 'eva@example.com' }]);
    const listed = (await collect(records.chats())).filter(({ conversationId }) => conversationId === id);
    expect(listed).toMatchObject([{ receivedAt: '2026-05-01T09:00:00.000Z' }]);
    expect(await collect(records.chatsOf(`visitor#${visitor}`))).toEqual([id]);

    const found = await collect(records.cardsOf(`visitor#${visitor}`));
    expect(found).toHaveLength(2);
    await createErasure(table(), () => new Date()).end(
      id,
      found.map(({ card }) => card),
    );
    // The mark alone.
    expect(await cards()).toEqual([[`CHAT#208#${channelId}`, '~']]);
  });
};
