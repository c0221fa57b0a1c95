import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { erasePerson } from '../../../cli/person/erase-person.ts';
import { leftLines, leftOfPerson } from '../../../cli/person/left-behind.ts';
import { notesOf } from '../../../cli/person/notes-of.ts';
import type { CrmAdapter } from '../../../lambda/crm/adapter.ts';
import { CrmError } from '../../../lambda/crm/errors.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { createDelivery } from '../../support/delivery.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { type Chat, findByEmail, messageOf } from './support/persons.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTable();
});
afterAll(() => running.close());

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
  return { ...memory, adapter, removed, conversations: () => memory.notes.map(({ conversationId }) => conversationId) };
}

const lost = () => new CrmError('The connection was reset.', { kind: 'retryable' }, { outcomeUnknown: true });

/** The note is written, and its answer is lost. */
async function deliverInDoubt(crm: ReturnType<typeof createCrm>) {
  crm.disturb((call, when) => {
    if (call === 'log' && when === 'after') throw lost();
  });
  await createDelivery({ table: running.table, now, crms: { crm } }).deliver(await messageOf(chat, receivedAt));
  crm.disturb(() => {});
  expect(crm.conversations()).toEqual([`208:${chat.channel}`]);
}

const find = () => findByEmail(running.table, chat.email);

async function erase(adapter: CrmAdapter, table: Table = running.table) {
  const { signal } = new AbortController();
  return erasePerson(await find(), { deployment: { table }, adapterOf: async () => adapter, now, signal });
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

  test('is removed where the process died over it, too', async () => {
    const crm = createCrm();
    const died = new Error('the process died');
    const table: Table = {
      ...running.table,
      put: (item, options) =>
        String(item['sk']).startsWith('DELIVERY#') ? Promise.reject(died) : running.table.put(item, options),
      putMany: () => Promise.reject(died),
    };
    await expect(
      createDelivery({ table, now, crms: { crm } }).deliver(await messageOf(chat, receivedAt)),
    ).rejects.toThrow('the process died');
    clock = new Date(receivedAt.getTime() + 120_000);
    expect(crm.conversations()).toEqual([`208:${chat.channel}`]);
    expect(await erase(crm.adapter)).toMatchObject({ chats: 1, notes: 1, failed: [] });
    expect(crm.conversations()).toEqual([]);
  });

  test.each(['findConversation', 'removeConversation'] as const)('is told of where the CRM has no %s', async (lack) => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    const { [lack]: _, ...adapter } = crm.adapter;
    const line = `crm: the contact 0; what it may hold of chat 208:${chat.channel}`;
    expect(leftLines(await leftOfPerson(await find(), async () => adapter))).toEqual([line]);
    expect(await erase(adapter)).toMatchObject({ chats: 1, notes: 0, left: [line], failed: [] });
  });

  test('is told of where nobody knows on which contact it is', async () => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    const findConversation: CrmAdapter['findConversation'] = async () => undefined;
    expect((await erase({ ...crm.adapter, findConversation })).left).toEqual([
      `crm: the contact 0; what it may hold of chat 208:${chat.channel}`,
    ]);
  });

  test('is told of where the CRM refuses for good to look', async () => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    const findConversation = () => Promise.reject(new CrmError('There is no such contact.', { kind: 'permanent' }));
    expect(await erase({ ...crm.adapter, findConversation })).toMatchObject({
      chats: 1,
      left: [`crm: the contact 0; what it may hold of chat 208:${chat.channel}`],
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
