import { beforeEach, expect, test } from '@jest/globals';
import { accountVisitor } from '../../../lambda/conversation/match-keys.ts';
import type { ChatCopy } from '../../../lambda/delivery/ports.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import { chatKey } from '../../../lambda/store/keys.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createChatsOf, createHeldOf, visitorIndex } from '../../../lambda/store/visitors.ts';
import { aDelivery } from '../../support/a-delivery.ts';
import { copyFrom, copyOf, newChannel, retention, type StoreTests, saveCopy } from './support.ts';

export const visitorTests: StoreTests = (table) => {
  let visitorId = '';
  beforeEach(() => {
    visitorId = `v${newChannel()}`;
  });
  const save = (copy: ChatCopy) => saveCopy(table(), copy);
  const chatsOf = (visitor: string) => createChatsOf(table())(visitor);
  const idsOf = async (visitor = `208#${visitorId}`) =>
    (await chatsOf(visitor)).map(({ conversationId }) => conversationId);

  test('are found with what the visitor left in each, the oldest first', async () => {
    const [first, second, third] = [newChannel(), newChannel(), newChannel()];
    await save(copyOf(third, ['Hi'], { visitorId, email: null, receivedAt: '2026-05-03T08:00:00Z' }));
    await save(copyOf(first, ['Hi'], { visitorId, email: null, phone: '+420601123456' }));
    await save(copyOf(second, ['Hi'], { visitorId, email: ' Eva@Example.com', receivedAt: '2026-05-02T08:00:00Z' }));
    expect(await chatsOf(`208#${visitorId}`)).toEqual([
      { conversationId: `208:${first}`, email: null, phone: '+420601123456' },
      { conversationId: `208:${second}`, email: 'eva@example.com', phone: null },
      { conversationId: `208:${third}`, email: null, phone: null },
    ]);
  });

  test('are told by their newest copy, whichever comes last', async () => {
    const channelId = newChannel();
    const newest = copyOf(channelId, ['Hello', 'It is Eva'], { visitorId });
    const copies = [
      copyOf(channelId, ['Hello'], { visitorId, email: null }),
      newest,
      copyOf(channelId, [], { visitorId }),
    ];
    await Promise.all(copies.map(save));
    expect(await chatsOf(`208#${visitorId}`)).toMatchObject([{ email: 'eva@example.com' }]);
  });

  test('are another’s once a newer copy says so', async () => {
    const channelId = newChannel();
    await save(copyOf(channelId, ['Hello'], { visitorId }));
    await save(copyOf(channelId, ['Hello', 'Bye'], { visitorId: `${visitorId}-other` }));
    expect(await idsOf()).toEqual([]);
    expect(await idsOf(`208#${visitorId}-other`)).toEqual([`208:${channelId}`]);
    await save(copyOf(channelId, ['Hello', 'Bye', 'Now without an id'], { visitorId: null }));
    expect(await idsOf(`208#${visitorId}-other`)).toEqual([]);
  });

  test('are kept apart by account, and by the whole id', async () => {
    const of = (accountId: number, id: string) =>
      copyFrom(JSON.stringify({ accountId, channel: { id: newChannel() }, visitor: { id } }), new Date());
    const [own, other] = [of(208, visitorId), of(20, visitorId)];
    for (const copy of [own, other, of(2080, visitorId), of(208, `${visitorId}0`)]) await save(copy);
    expect(await idsOf()).toEqual([own.conversation.id]);
    expect(await idsOf(`20#${visitorId}`)).toEqual([other.conversation.id]);
  });

  test('are found by an id of any kind', async () => {
    const long = 'x'.repeat(600);
    const odd = ['#', `#CHAT#${visitorId}`, '\u20ac'.repeat(5000), `${long}1`, `${long}2`];
    const copies = odd.map((id) => copyOf(newChannel(), ['Hi'], { visitorId: id }));
    for (const copy of copies) await save(copy);
    for (const { conversation } of copies) {
      expect(await idsOf(accountVisitor(conversation) ?? '')).toEqual([conversation.id]);
    }
  });

  test('are nobody’s if more than two hundred share the id', async () => {
    const of = (at: number) => copyOf(newChannel(), ['Hi'], { visitorId, email: `${at}@example.com` });
    for (let at = 0; at < 200; at += 20)
      await Promise.all(Array.from({ length: 20 }, (_, each) => save(of(at + each))));
    expect(await idsOf()).toHaveLength(200);
    await save(of(200));
    expect(await idsOf()).toEqual([]);
  });

  test('that wait are the contact’s latest two hundred, however many there are', async () => {
    const waits = createLedger(table(), { ...retention, now: () => new Date('2026-05-02T08:00:00Z') });
    const put = async (at: number) => {
      const id = `208:co${visitorId}at${at}`;
      const receivedAt = new Date(Date.parse('2026-05-01T08:00:00Z') + at * 1000).toISOString();
      await table().put({ ...chatKey(id), conversationId: id, ...visitorIndex(`208#${visitorId}`, receivedAt) });
      if (at % 200 === 0) await waits.write(id, aDelivery({ state: 'held', version: 1 }));
    };
    await Promise.all(Array.from({ length: 201 }, (_, at) => put(at)));
    const heldOf = createHeldOf(table());
    expect(await heldOf({ accountId: '208', contactId: visitorId })).toEqual([`co${visitorId}at200`]);
  });

  test.each([
    ['held', true],
    ['pending', true],
    ['delivered', false],
  ] as const)('if it is %s, wait for what Smartsupp learns of the contact: %s', async (state, isWaiting) => {
    const id = `208:co${visitorId}`;
    await table().put({
      ...chatKey(id),
      conversationId: id,
      ...visitorIndex(`208#${visitorId}`, '2026-05-01T08:00:00Z'),
    });
    const ledger = createLedger(table(), { ...retention, now: () => new Date('2026-05-01T08:00:00Z') });
    await ledger.write(id, aDelivery({ state, version: 1 }));
    const found = await createHeldOf(table())({ accountId: '208', contactId: visitorId });
    expect(found).toEqual(isWaiting ? [`co${visitorId}`] : []);
  });

  test('are no more found once they are erased', async () => {
    const channelId = newChannel();
    await save(copyOf(channelId, ['Hi'], { visitorId }));
    const { begin, end } = createErasure(table(), () => new Date('2026-05-02T08:00:00Z'));
    await begin(`208:${channelId}`, 'email#eva@example.com');
    expect(await idsOf()).toEqual([`208:${channelId}`]);
    await end(`208:${channelId}`);
    expect(await idsOf()).toEqual([]);
  });
};
