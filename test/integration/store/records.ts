import { beforeEach, expect, test } from '@jest/globals';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createKeepRejected } from '../../../lambda/store/rejected.ts';
import { createSpool } from '../../../lambda/store/spool.ts';
import { collect } from '../../../lambda/store/table.ts';
import {
  type Clock,
  copyOf,
  createClock,
  firstAttempt,
  newChannel,
  retention,
  type StoreTests,
  saveCopy,
} from './support.ts';

/** More than one page of the index holds. */
const many = 260;

export const recordsTests: StoreTests = (table) => {
  let channelId = 0;
  let clock: Clock;
  beforeEach(() => {
    channelId = newChannel();
    clock = createClock();
  });
  const id = () => `208:${channelId}`;
  const records = () => createRecords(table());
  const write = async (state: Delivery['state'], conversationId = id(), destination = 'crm') => {
    const ledger = createLedger(table(), { ...retention, now: clock.now });
    const [, ended] = firstAttempt(clock.now(), { state, reason: `why it is ${state}` }, destination);
    await ledger.write(conversationId, { ...ended, version: 1 });
  };
  const idsIn = async (state: string) => {
    const found = await collect(records().deliveries(state));
    return found.map(({ conversationId, delivery }) => `${conversationId} ${delivery.destination}`);
  };

  test('has the deliveries of a chat, and lists each state that needs somebody', async () => {
    await write('parked', id(), 'one');
    clock.pass(1);
    await write('held', id(), 'two');
    await write('delivered', id(), 'three');
    expect((await records().deliveriesOf(id())).map(({ state }) => state).toSorted()).toEqual([
      'delivered',
      'held',
      'parked',
    ]);
    expect(await idsIn('parked')).toContain(`${id()} one`);
    expect(await idsIn('held')).toContain(`${id()} two`);
    expect(await idsIn('delivered')).toEqual([]);
  });

  test('lists the newest first, over as many pages as there are', async () => {
    for (let index = 0; index < many; index += 1) {
      clock.pass(1);
      await write('parked', `209:${index}`);
    }
    const listed = (await idsIn('parked')).filter((each) => each.startsWith('209:'));
    expect(listed).toHaveLength(many);
    expect([listed[0], listed.at(-1)]).toEqual([`209:${many - 1} crm`, '209:0 crm']);
    expect(await collect(records().deliveries('parked'), 3)).toHaveLength(3);
  });

  test('has the deliveries of more chats than one request gives, to the destinations asked for', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `210:${index}`);
    for (const conversationId of ids) await write('delivered', conversationId);
    await write('delivered', '210:0', 'another');
    const found = await records().deliveriesTo(['crm', 'nowhere'], [...ids, '210:unknown']);
    expect(found.map(({ conversationId }) => conversationId).toSorted()).toEqual(ids.toSorted());
    expect(found.every(({ delivery }) => delivery.destination === 'crm')).toBe(true);
  });

  test('has chats since a time, and every chat of a person', async () => {
    const conversations = createConversations(table(), retention);
    const older = copyOf(channelId, ['Hello'], { receivedAt: '2027-03-01T08:00:00Z' });
    const newer = copyOf(newChannel(), ['Hello'], { receivedAt: '2027-03-02T08:00:00Z' });
    await conversations.save(older);
    await conversations.save(newer);
    const since = async (text: string) =>
      (await collect(records().chats(new Date(text)))).map(({ conversationId }) => conversationId);
    expect(await since('2027-03-01T00:00:00Z')).toEqual([newer.conversation.id, older.conversation.id]);
    expect(await since('2027-03-02T08:00:00Z')).toEqual([newer.conversation.id]);
    const ofEva = await collect(records().chatsOf('email#eva@example.com'));
    expect(ofEva).toEqual(expect.arrayContaining([newer.conversation.id, older.conversation.id]));
    expect(await collect(records().chatsOf('email#nobody@example.com'))).toEqual([]);
  });

  test('lists a chat once, however its visitor is known, and finds it by number and address', async () => {
    const email = `of-${channelId}@example.com`;
    const phone = `+4206011${String(channelId).padStart(5, '0')}`;
    const saveBy = async (known: object, words: readonly string[]) => {
      const messages = words.map((content) => ({ type: 'visitor', content }));
      const visitor = { ...known, variables: { phone } };
      const body = JSON.stringify({ accountId: 208, channel: { id: channelId }, visitor, messages });
      await saveCopy(table(), { body, receivedAt: new Date('2028-03-01T08:00:00Z') });
    };
    const listed = async () =>
      (await collect(records().chats(new Date('2028-01-01T00:00:00Z')))).map(({ conversationId }) => conversationId);
    const found = async (key: string) => collect(records().chatsOf(key));

    await saveBy({ email }, ['Hello']);
    expect(await listed()).toEqual([id()]);
    await saveBy({ id: `v${channelId}`, email }, ['Hello', 'Now I have an id']);
    expect(await listed()).toEqual([id()]);
    await saveBy({ id: `w${channelId}`, email }, ['Hello', 'Now I have an id', 'And another']);
    expect(await listed()).toEqual([id()]);
    expect(await found(`email#${email}`)).toEqual([id()]);
    expect(await found(`phone#${phone}`)).toEqual([id()]);
    expect(await found(`visitor#208#w${channelId}`)).toEqual([id()]);
    expect(await found(`visitor#208#v${channelId}`)).toEqual([]);

    // An older copy that was held up is not listed as well.
    await saveBy({ id: `x${channelId}`, email }, ['Hello']);
    expect(await listed()).toEqual([id()]);
    expect(await found(`visitor#208#x${channelId}`)).toEqual([]);
  });

  test('has refused bodies with their reasons, and hooks that wait', async () => {
    const fault = { pointer: '/channel', detail: 'is missing' };
    const why = { reason: 'invalid', detail: 'The body is not a chat.', faults: [fault] };
    const keep = createKeepRejected(table(), { ...retention, dailyBytes: null, now: clock.now });
    const rejectedId = await keep(Buffer.from(id()), why);
    await keep(Buffer.from(id()), why);
    expect(await collect(records().rejected())).toContainEqual({
      ...why,
      id: rejectedId,
      receivedAt: clock.now().toISOString(),
      copies: 2,
      dismissal: null,
    });
    clock.pass(60);
    await createSpool(table())('{}', clock.now());
    expect(await collect(records().spooled())).toContain(clock.now().toISOString());
  });
};
