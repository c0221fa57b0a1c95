import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { erasePerson } from '../../../cli/commands/erase/erase-person.ts';
import type { CrmAdapter } from '../../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { createDelivery } from '../../support/delivery.ts';
import { allItems } from '../../support/items.ts';
import { died, dyingAfter, interposed } from '../store/dying-table.ts';
import { itemsOf } from '../store/support.ts';
import { createCrm, useErasure } from './support/erasure.ts';
import { bodyOf, messageOf } from './support/persons.ts';

const here = useErasure();
const { now, find, erase, deliver } = here;

/** What is left here of this test's person: their address, or the id of their browser. */
const traces = async () => {
  const items = (await allItems(here.table)).map((item) => JSON.stringify(item));
  return items.filter((item) => item.includes(here.chat.email) || item.includes(`vi-${here.chat.channel}"`));
};

test('a copy that comes while the notes are being removed brings nobody back', async () => {
  const crm = createCrm();
  await deliver(crm.adapter);
  const removeConversation = async (logId: string) => {
    await crm.adapter.removeConversation?.(logId);
    await deliver(crm.adapter);
    await deliver(crm.adapter, { ...here.chat, words: 'and one more' });
  };
  expect(await erase({ ...crm.adapter, removeConversation })).toMatchObject({ chats: 1, failed: [] });
  expect(crm.conversations()).toEqual([]);
  expect(await traces()).toEqual([]);
});

test('a later copy of a chat that was only on the queue brings nobody back', async () => {
  const crm = createCrm();
  const body = { where: 'queue', body: bodyOf(here.chat) } as const;
  const { signal } = new AbortController();
  const person = { ...(await find()), bodies: [body] };
  await erasePerson(person, {
    deployment: { table: here.table, erasures: here.erasures },
    adapterOf: async () => crm.adapter,
    now,
    tellLeft: () => {},
    signal,
  });
  await deliver(crm.adapter, { ...here.chat, words: 'and one more' });
  expect(crm.conversations()).toEqual([]);
  expect(await traces()).toEqual([]);
});

test('a first attempt that is under way is waited for, and its note is removed', async () => {
  const crm = createCrm();
  const begun = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const run: CrmAdapter['logConversations']['run'] = async (entries) => {
    begun.resolve();
    await answer.promise;
    return crm.adapter.logConversations.run(entries);
  };
  const delivered = deliver({ ...crm.adapter, logConversations: { ...crm.adapter.logConversations, run } });
  await begun.promise;
  const erased = erase(crm.adapter);
  setTimeout(answer.resolve, 500);
  await delivered;
  expect(await erased).toMatchObject({ chats: 1, notes: 1, failed: [] });
  expect(crm.conversations()).toEqual([]);
  expect(await traces()).toEqual([]);
});

test('an attempt that begins while it runs writes nothing afterwards, at whichever of its calls it runs', async () => {
  for (const isDelivered of [false, true]) {
    for (let step = 0, isOver = false; !isOver; step += 1) {
      const chat = here.meetSomebody();
      const crm = createCrm();
      const message = await messageOf(chat, now());
      if (isDelivered) await deliver(crm.adapter);
      else await createDelivery({ table: here.table, now, crms: {} }).save(message);
      let calls = 0;
      let erased: ReturnType<typeof erase> | undefined;
      const slow = interposed(here.table, async () => {
        // It waits for a lease that it sees, so it may end only after the attempt.
        if (calls === step) {
          erased = erase(crm.adapter);
          await Promise.race([erased, sleep(100)]);
        }
        calls += 1;
      });
      const words = isDelivered ? { ...chat, words: 'It goes on' } : chat;
      const process = createDelivery({ table: slow, now, crms: { crm: { adapter: crm.adapter } } });
      await process.deliver(await messageOf(words, now())).catch(() => {});
      isOver = erased === undefined;
      expect(await (erased ?? erase(crm.adapter))).toMatchObject({ failed: [] });
      expect([step, crm.conversations(), await traces()]).toEqual([step, [], []]);
    }
  }
});

test('whenever it dies, the same run again finds what is left and erases it', async () => {
  for (let writes = 0, hasDied = true; hasDied; writes += 1) {
    const chat = here.meetSomebody();
    const crm = createCrm();
    await deliver(crm.adapter);
    await deliver(crm.adapter, { channel: 500_000 + writes, visitor: `vi-${chat.channel}` });
    let left = writes;
    const dying: Table = {
      ...here.table,
      put: (...asked) => dies() ?? here.table.put(...asked),
      update: (...asked) => dies() ?? here.table.update(...asked),
      delete: (...asked) => dies() ?? here.table.delete(...asked),
    };
    const dies = () => {
      left -= 1;
      return left < 0 ? Promise.reject(died) : undefined;
    };
    hasDied = await erase(crm.adapter, { table: dying }).then(
      () => false,
      (error) => error === died,
    );
    await erase(crm.adapter);
    expect([writes, crm.conversations(), await traces()]).toEqual([writes, [], []]);
  }
});

test.each([
  ['nobody', undefined],
  ['somebody else', 'petr@example.com'],
])(
  'a chat whose newest copy names %s is found again once its erasure has begun, whenever that dies',
  async (_, email) => {
    for (let calls = 1, hasDied = true; hasDied; calls += 1) {
      const { channel } = here.meetSomebody();
      const crm = createCrm();
      await deliver(crm.adapter);
      const person = await find();
      const { save } = createDelivery({ table: here.table, now, crms: {} });
      await save(await messageOf({ channel, words: 'It goes on', ...(email && { email }) }, now()));
      const erased = erase(crm.adapter, { table: dyingAfter(here.table, calls), person });
      hasDied = await erased.then(
        () => false,
        (error) => error === died,
      );
      await erase(crm.adapter);
      expect([calls, crm.conversations(), await itemsOf(here.table, `208:${channel}`)]).toEqual([
        calls,
        [],
        [expect.objectContaining({ sk: 'CHAT', revision: '~' })],
      ]);
    }
  },
);

test('a chat that could not be erased is found again, although the one that led to it is gone', async () => {
  const crm = createCrm();
  await deliver(crm.adapter);
  await deliver(crm.adapter, { channel: 300_000, visitor: here.chat.visitor });
  const removeConversation = async (logId: string) => {
    if (crm.notes[Number(logId)]?.conversationId === '208:300000') throw new CrmError('Away.', { kind: 'retryable' });
    await crm.adapter.removeConversation?.(logId);
  };
  expect(await erase({ ...crm.adapter, removeConversation })).toMatchObject({
    chats: 1,
    failed: ['208:300000: Away.'],
  });
  expect(await erase(crm.adapter)).toMatchObject({ chats: 1, failed: [] });
  expect(crm.conversations()).toEqual([]);
  expect(await traces()).toEqual([]);
});
