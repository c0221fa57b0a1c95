import { describe, expect, test } from '@jest/globals';
import { notErasedLines, notErasedOf, notesOf } from '../../../cli/commands/erase/not-erased.ts';
import type { CrmAdapter } from '../../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import type { Key, Table } from '../../../lambda/store/table.ts';
import { createCrm, useErasure } from './support/erasure.ts';

const here = useErasure();
const { find, erase } = here;

const lost = () => new CrmError('The connection was reset.', { kind: 'retryable' }, { outcomeUnknown: true });

/** The note is written, and its answer is lost. */
async function deliverInDoubt(crm: ReturnType<typeof createCrm>) {
  crm.disturb((call, when) => {
    if (call === 'log' && when === 'after') throw lost();
  });
  await here.deliver(crm.adapter);
  crm.disturb(() => {});
  here.passSeconds(120);
  expect(crm.conversations()).toEqual([`208:${here.chat.channel}`]);
}

/** The ledger knows of nothing but the lease. */
async function dieOverIt(crm: ReturnType<typeof createCrm>, chat = here.chat) {
  const died = new Error('the process died');
  let puts = 0;
  const isRelease = ({ sk }: Key) => {
    if (sk.startsWith('DELIVERY#')) puts += 1;
    return puts >= 2;
  };
  const table: Table = {
    ...here.table,
    put: (item, options) => (isRelease(item) ? Promise.reject(died) : here.table.put(item, options)),
  };
  await expect(here.deliver(crm.adapter, chat, table)).rejects.toThrow('the process died');
  here.passSeconds(120);
  expect(crm.conversations()).toEqual([`208:${here.chat.channel}`]);
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
    here.passSeconds(60);
    expect(await erase(crm.adapter)).toMatchObject({
      chats: 0,
      notes: 0,
      failed: [expect.stringContaining('repeat this in two minutes')],
    });
    here.passSeconds(120);
    expect(await erase(crm.adapter)).toMatchObject({ chats: 1, notes: 1, failed: [] });
  });

  test('is removed where the process died over it, too', async () => {
    const crm = createCrm();
    await dieOverIt(crm);
    expect(await erase(crm.adapter)).toMatchObject({ chats: 1, notes: 1, failed: [] });
    expect(crm.conversations()).toEqual([]);
  });

  test('is found on a contact that only its lock knows, also if another chat of theirs is erased before', async () => {
    const crm = createCrm();
    await dieOverIt(crm);
    await here.deliver(crm.adapter, { ...here.chat, channel: 700_000 + here.chat.channel });
    const findConversation = () => Promise.reject(new CrmError('It is away.', { kind: 'retryable' }));
    expect(await erase({ ...crm.adapter, findConversation })).toMatchObject({ chats: 1, failed: [expect.anything()] });
    expect(await erase(crm.adapter)).toMatchObject({ chats: 1, notes: 1, left: ['crm: the contact 0'], failed: [] });
    expect(crm.conversations()).toEqual([]);
  });

  test.each(['findConversation', 'removeConversation'] as const)('is told of where the CRM has no %s', async (lack) => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    const { [lack]: _, ...adapter } = crm.adapter;
    const line = `crm: the contact 0; a possible note of chat 208:${here.chat.channel}`;
    expect(notErasedLines(await notErasedOf(await find(), async () => adapter))).toEqual([line]);
    expect(await erase(adapter)).toMatchObject({ chats: 1, notes: 0, left: [line], failed: [] });
  });

  test('is told of where nobody knows on which contact it is', async () => {
    const crm = createCrm();
    await dieOverIt(crm);
    const findConversation: CrmAdapter['findConversation'] = async () => undefined;
    expect((await erase({ ...crm.adapter, findConversation })).left).toEqual([
      `crm: the contact 0; a possible note of chat 208:${here.chat.channel}`,
    ]);
  });

  test('is told of although the table fails while the chat is deleted', async () => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    const { findConversation: _, ...adapter } = crm.adapter;
    const away = { ...here.table, delete: () => Promise.reject(new Error('the table is away')) };
    const told: string[] = [];
    await expect(erase(adapter, { table: away, tellLeft: (lines) => told.push(...lines) })).rejects.toThrow(
      'the table is away',
    );
    expect(told).toEqual([`crm: a possible note of chat 208:${here.chat.channel}`]);
  });

  test('is told of where the process died over a newer copy, which may be another person’s', async () => {
    const crm = createCrm();
    await here.deliver(crm.adapter);
    here.passSeconds(10);
    await dieOverIt(crm, { ...here.chat, words: 'and one more' });
    const findConversation: CrmAdapter['findConversation'] = async () => undefined;
    expect((await erase({ ...crm.adapter, findConversation })).left).toEqual([
      `crm: the contact 0; a possible note of chat 208:${here.chat.channel}`,
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
      left: [`crm: the contact 0; a possible note of chat 208:${here.chat.channel}`],
    });
  });

  test('keeps the chat here while the CRM cannot be asked, so that the same can be run again', async () => {
    const crm = createCrm();
    await deliverInDoubt(crm);
    const findConversation = () => Promise.reject(new CrmError('It is away.', { kind: 'retryable' }));
    expect(await erase({ ...crm.adapter, findConversation })).toMatchObject({
      chats: 0,
      failed: [`208:${here.chat.channel}: It is away.`],
    });
    expect(await erase(crm.adapter)).toMatchObject({ chats: 1, notes: 1, failed: [] });
    expect(crm.conversations()).toEqual([]);
  });
});
