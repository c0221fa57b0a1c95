import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { erasePerson } from '../../../cli/commands/erase/erase-person.ts';
import { notErasedLines, notErasedOf } from '../../../cli/commands/erase/not-erased.ts';
import { notesOf } from '../../../cli/commands/erase/unconfirmed-notes.ts';
import type { CrmAdapter } from '../../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import type { Key, Table } from '../../../lambda/store/table.ts';
import { createDelivery } from '../../support/delivery.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { allItems } from '../../support/items.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { interposed } from '../store/dying-table.ts';
import { bodyOf, type Chat, findByEmail, messageOf } from './support/persons.ts';

let running: TestTable;
let journal: TestTable;
beforeAll(async () => {
  [running, journal] = await Promise.all([startTable(), startTable()]);
});
afterAll(() => Promise.all([running.close(), journal.close()]));

const receivedAt = new Date('2026-05-01T08:00:00Z');
let clock = receivedAt;
const now = () => clock;

/** A person of each test's own, with a chat. */
let chat: Chat & { readonly email: string };
let channel = 0;
beforeEach(() => {
  clock = receivedAt;
  channel += 1;
  chat = { channel, visitor: `vi-${channel}`, email: `eva${channel}@example.com` };
});

/** A CRM that can remove notes, too. */
function createCrm() {
  const memory = createMemoryCrm();
  const removed: string[] = [];
  const adapter: CrmAdapter = {
    ...memory.adapter,
    removeConversation: async (logId) => {
      removed.push(logId);
      delete memory.notes[Number(logId)];
    },
  };
  return {
    ...memory,
    adapter,
    removed,
    conversations: () => Object.values(memory.notes).map(({ conversationId }) => conversationId),
  };
}

const lost = () => new CrmError('The connection was reset.', { kind: 'retryable' }, { outcomeUnknown: true });

/** The note is written, and its answer is lost. */
async function deliverInDoubt(crm: ReturnType<typeof createCrm>) {
  crm.disturb((call, when) => {
    if (call === 'log' && when === 'after') throw lost();
  });
  await createDelivery({ table: running.table, now, crms: { crm } }).deliver(await messageOf(chat, receivedAt));
  crm.disturb(() => {});
  clock = new Date(receivedAt.getTime() + 120_000);
  expect(crm.conversations()).toEqual([`208:${chat.channel}`]);
}

/** The ledger knows of nothing but the lease. */
async function dieOverIt(crm: ReturnType<typeof createCrm>) {
  const died = new Error('the process died');
  let puts = 0;
  const isRelease = ({ sk }: Key) => {
    if (sk.startsWith('DELIVERY#')) puts += 1;
    return puts >= 2;
  };
  const table: Table = {
    ...running.table,
    put: (item, options) => (isRelease(item) ? Promise.reject(died) : running.table.put(item, options)),
  };
  await expect(
    createDelivery({ table, now, crms: { crm } }).deliver(await messageOf(chat, receivedAt)),
  ).rejects.toThrow('the process died');
  clock = new Date(receivedAt.getTime() + 120_000);
  expect(crm.conversations()).toEqual([`208:${chat.channel}`]);
}

const find = () => findByEmail(running.table, chat.email);

async function erase(adapter: CrmAdapter, table: Table = running.table) {
  const { signal } = new AbortController();
  return erasePerson(await find(), {
    deployment: { table, erasures: journal.table },
    adapterOf: async () => adapter,
    now,
    signal,
  });
}

describe('a note whose answer was lost', () => {
  test('is found and removed with the chat', async () => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    const person = await find();
    expect(await notesOf(person.chats, async () => crm.adapter)).toMatchObject([{ count: 0, doubtful: 1 }]);
    expect(await erase(crm.adapter)).toMatchObject({ chats: 1, notes: 1, left: ['crm: the contact 0'], failed: [] });
    expect(crm.conversations()).toEqual([]);
  });

  test('keeps the chat here as long as the CRM may still write it', async () => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    clock = new Date(receivedAt.getTime() + 60_000);
    expect(await erase(crm.adapter)).toMatchObject({
      chats: 0,
      notes: 0,
      failed: [expect.stringContaining('repeat this in two minutes')],
    });
    clock = new Date(receivedAt.getTime() + 120_000);
    expect(await erase(crm.adapter)).toMatchObject({ chats: 1, notes: 1, failed: [] });
  });

  test('is removed where the process died over it, too', async () => {
    const crm = createCrm();
    await dieOverIt(crm);
    expect(await erase(crm.adapter)).toMatchObject({ chats: 1, notes: 1, failed: [] });
    expect(crm.conversations()).toEqual([]);
  });

  test.each(['findConversation', 'removeConversation'] as const)('is told of where the CRM has no %s', async (lack) => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    const { [lack]: _, ...adapter } = crm.adapter;
    const line = `crm: the contact 0; a possible note of chat 208:${chat.channel}`;
    expect(notErasedLines(await notErasedOf(await find(), async () => adapter))).toEqual([line]);
    expect(await erase(adapter)).toMatchObject({ chats: 1, notes: 0, left: [line], failed: [] });
  });

  test('is told of where nobody knows on which contact it is', async () => {
    const crm = createCrm();
    await dieOverIt(crm);
    const findConversation: CrmAdapter['findConversation'] = async () => undefined;
    expect((await erase({ ...crm.adapter, findConversation })).left).toEqual([
      `crm: the contact 0; a possible note of chat 208:${chat.channel}`,
    ]);
  });

  test('is none where it is not on the contact that it was for', async () => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    const findConversation: CrmAdapter['findConversation'] = async () => undefined;
    expect((await erase({ ...crm.adapter, findConversation })).left).toEqual(['crm: the contact 0']);
  });

  test('is told of where the CRM refuses for good to look', async () => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    const findConversation = () => Promise.reject(new CrmError('There is no such contact.', { kind: 'permanent' }));
    expect(await erase({ ...crm.adapter, findConversation })).toMatchObject({
      chats: 1,
      left: [`crm: the contact 0; a possible note of chat 208:${chat.channel}`],
    });
  });

  test('keeps the chat here while the CRM cannot be asked, so that the same can be run again', async () => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    const findConversation = () => Promise.reject(new CrmError('It is away.', { kind: 'retryable' }));
    expect(await erase({ ...crm.adapter, findConversation })).toMatchObject({
      chats: 0,
      failed: [`208:${chat.channel}: It is away.`],
    });
    expect(await erase(crm.adapter)).toMatchObject({ chats: 1, notes: 1, failed: [] });
    expect(crm.conversations()).toEqual([]);
  });
});

/** What is left here of this test's person: their address, or the id of their browser. */
const traces = async () => {
  const items = (await allItems(running.table)).map((item) => JSON.stringify(item));
  return items.filter((item) => item.includes(chat.email) || item.includes(`vi-${chat.channel}"`));
};

const deliver = async (adapter: CrmAdapter, sent: Chat = chat) => {
  const { deliver } = createDelivery({ table: running.table, now, crms: { crm: { adapter } } });
  await deliver(await messageOf(sent, now()));
};

test('a copy that comes while the notes are being removed brings nobody back', async () => {
  const crm = createCrm();
  await deliver(crm.adapter);
  const removeConversation = async (logId: string) => {
    await crm.adapter.removeConversation?.(logId);
    await deliver(crm.adapter);
    await deliver(crm.adapter, { ...chat, words: 'and one more' });
  };
  expect(await erase({ ...crm.adapter, removeConversation })).toMatchObject({ chats: 1, failed: [] });
  expect(crm.conversations()).toEqual([]);
  expect(await traces()).toEqual([]);
});

test('a later copy of a chat that was only on the queue brings nobody back', async () => {
  const crm = createCrm();
  const body = { where: 'queue', body: bodyOf(chat) } as const;
  const { signal } = new AbortController();
  const person = { ...(await find()), bodies: [body] };
  await erasePerson(person, {
    deployment: { table: running.table, erasures: journal.table },
    adapterOf: async () => crm.adapter,
    now,
    signal,
  });
  await deliver(crm.adapter, { ...chat, words: 'and one more' });
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
      channel += 1;
      chat = { channel, visitor: `vi-${channel}`, email: `eva${channel}@example.com` };
      const crm = createCrm();
      const message = await messageOf(chat, now());
      if (isDelivered) await deliver(crm.adapter);
      else await createDelivery({ table: running.table, now, crms: {} }).save(message);
      let calls = 0;
      let erased: ReturnType<typeof erase> | undefined;
      const slow = interposed(running.table, async () => {
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
  const died = new Error('it dies here');
  for (let writes = 0, hasDied = true; hasDied; writes += 1) {
    chat = { ...chat, channel: 100_000 + writes, email: `ida${writes}@example.com`, visitor: `vi-${100_000 + writes}` };
    const crm = createCrm();
    await deliver(crm.adapter);
    await deliver(crm.adapter, { channel: 500_000 + writes, visitor: `vi-${chat.channel}` });
    let left = writes;
    const dying: Table = {
      ...running.table,
      put: (...asked) => dies() ?? running.table.put(...asked),
      update: (...asked) => dies() ?? running.table.update(...asked),
      delete: (...asked) => dies() ?? running.table.delete(...asked),
    };
    const dies = () => {
      left -= 1;
      return left < 0 ? Promise.reject(died) : undefined;
    };
    hasDied = await erase(crm.adapter, dying).then(
      () => false,
      (error) => error === died,
    );
    await erase(crm.adapter);
    expect([writes, crm.conversations(), await traces()]).toEqual([writes, [], []]);
  }
});

test('a chat that could not be erased is still found by the person’s others', async () => {
  const crm = createCrm();
  await deliver(crm.adapter);
  await deliver(crm.adapter, { channel: 300_000, visitor: `vi-${channel}` });
  const removeConversation = async (logId: string) => {
    if (crm.notes[Number(logId)]?.conversationId === '208:300000') throw new CrmError('Away.', { kind: 'retryable' });
    await crm.adapter.removeConversation?.(logId);
  };
  expect(await erase({ ...crm.adapter, removeConversation })).toMatchObject({
    chats: 0,
    failed: ['208:300000: Away.', `208:${channel}: It stays until those are erased that are found by it.`],
  });
  expect(await erase(crm.adapter)).toMatchObject({ chats: 2, failed: [] });
  expect(crm.conversations()).toEqual([]);
  expect(await traces()).toEqual([]);
});
