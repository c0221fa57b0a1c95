import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createFreshdeskAdapter } from '../../../../lambda/crm/freshdesk/index.ts';
import type { AdapterDeps } from '../../../../lambda/crm/http/adapter-deps.ts';
import type { CrmAdapter, LogId } from '../../../../lambda/crm/port/adapter.ts';
import { failure } from '../../../contract/driving.ts';
import { aConversation, aMessage } from '../../../fixtures/conversation.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import { type FakeFreshdesk, startFakeFreshdesk } from '../../../support/fake-freshdesk.ts';
import type { Received } from '../../../support/fake-server.ts';
import { blamed, chat, long, missed, praised, ticketsOf } from '../help-desk.ts';

let freshdesk: FakeFreshdesk;
let deps: AdapterDeps;
let adapter: CrmAdapter;
let contactId: string;

beforeEach(async () => {
  freshdesk = await startFakeFreshdesk({ requiredTicketFields: ['ticket_type'] });
  deps = adapterDeps(freshdesk.key);
  adapter = open();
  contactId = String(freshdesk.contacts.add({ name: 'Eva', email: 'eva.horakova@example.com' }).id);
});
afterEach(async () => {
  deps.http.close();
  await freshdesk.close();
  expect(freshdesk.violations).toEqual([]);
});

const open = (changes: Partial<Parameters<typeof createFreshdeskAdapter>[0]> = {}) =>
  createFreshdeskAdapter({ name: 'freshdesk', adapter: 'freshdesk', baseUrl: freshdesk.url, ...changes }, deps);
const { log, update, find } = ticketsOf(() => ({ adapter, contactId }));
const ticket = (id: LogId) => freshdesk.tickets.get(Number(id)) ?? { id: 0, notes: [] };
const notes = (id: LogId) => ticket(id).notes.map(({ body }) => body);
const addsNote = ({ path }: Received) => path.endsWith('/notes');

describe('a ticket', () => {
  test('is resolved if nothing is left to do, open if somebody was missed', async () => {
    expect(ticket(await log(chat))).toMatchObject({ subject: 'Chat with Eva Horáková', status: 4, priority: 1 });
    expect(ticket(await log({ ...missed, id: '208:1' }))).toMatchObject({ status: 2, priority: 2 });
    adapter = open({ followUp: { on: [] } });
    expect(ticket(await log({ ...missed, id: '208:2' }))).toMatchObject({ status: 4 });
  });

  test('is assigned to its owner', async () => {
    expect(ticket(await log(chat, '900123'))).toMatchObject({ responder_id: 900123 });
    expect(ticket(await log({ ...chat, id: '208:1' }))).not.toHaveProperty('responder_id');
  });

  test('does not show the requester the agents’ note about them', async () => {
    const id = await log(aConversation({ visitor: { note: 'Haggles' } }));
    expect(ticket(id)['description']).not.toContain('Haggles');
  });
});

describe('a chat that went on', () => {
  test('is added as a private note, and the status stays as the agents set it', async () => {
    const id = await log(missed);
    Object.assign(ticket(id), { status: 3 });
    expect(await update(praised, id)).toBe(id);
    expect(notes(id)).toEqual([expect.stringContaining('Thanks')]);
    expect(ticket(id)).toMatchObject({ status: 3, notes: [{ private: true }] });
  });

  test('reopens the ticket after a low rating, and only once', async () => {
    const id = await log(chat);
    await update(blamed, id);
    expect(ticket(id)).toMatchObject({ status: 2 });
    Object.assign(ticket(id), { status: 4 });
    await update(blamed, id);
    expect(ticket(id)).toMatchObject({ status: 4 });
    expect(notes(id)).toHaveLength(1);
  });

  test('reopens the ticket even if the first attempt at the note failed', async () => {
    const id = await log(chat);
    freshdesk.inject({ on: addsNote, how: { status: 429 } });
    await failure(update(blamed, id));
    await update(blamed, id);
    expect(ticket(id)).toMatchObject({ status: 2 });
    expect(notes(id)).toHaveLength(1);
  });

  test('whose answer was lost is not added twice', async () => {
    const id = await log(chat);
    freshdesk.inject({ on: addsNote, how: 'reset', takesEffect: true });
    expect(await failure(update(praised, id))).toMatchObject({ outcomeUnknown: true });
    await update(praised, id);
    expect(notes(id)).toHaveLength(1);
  });
});

describe('a long chat', () => {
  const words = (id: LogId) =>
    [ticket(id)['description'], ...notes(id)].map((html) => /word-[abc]/.exec(String(html))?.[0]);

  test('goes on in private notes, measured in bytes', async () => {
    expect(words(await log(long))).toEqual(['word-a', 'word-b', 'word-c']);
  });

  test('that was interrupted is found and completed', async () => {
    freshdesk.inject({ on: ({ text }) => text.includes('part 3 of 3'), how: { status: 429 } });
    expect(await failure(log(long))).toMatchObject({ status: 429, outcomeUnknown: true });
    const id = (await find(long)) ?? '';
    expect(await update(long, id)).toBe(id);
    expect(words(id)).toEqual(['word-a', 'word-b', 'word-c']);
  });
});

describe('looking for a ticket', () => {
  test('reads all pages of a busy requester, and finds any version of the chat', async () => {
    const id = await log(chat);
    for (let count = 0; count < 205; count += 1) {
      freshdesk.tickets.add({ requester_id: Number(contactId), subject: 'Other', description: `<p>No. ${count}</p>` });
    }
    expect(await find(praised)).toBe(id);
    expect(freshdesk.requests.filter(({ path }) => path.endsWith('/tickets'))).toHaveLength(4);
  });

  test('ignores other chats, and what a visitor writes', async () => {
    await log(aConversation({ id: '1208:55039' }));
    await log(aConversation({ id: '208:1', messages: [aMessage({ text: 'Smartsupp chat 208:55039 01234567' })] }));
    expect(await find(chat)).toBeUndefined();
  });

  test('starts at the beginning of the chat', async () => {
    await find(chat);
    expect(freshdesk.requests.at(-1)?.query.get('updated_since')).toBe('2026-05-03T08:15:00.250Z');
  });
});

test('a deleted ticket is created again, once', async () => {
  const id = await log(chat);
  ticket(id)['deleted'] = true;
  const again = await update(praised, id);
  expect(again).not.toBe(id);
  expect(await update(praised, id)).toBe(again);
  expect(notes(again)).toEqual([]);
  expect(freshdesk.tickets.size).toBe(2);
});

test('the check names the ticket field that keeps chats out', async () => {
  expect(await adapter.check()).toEqual([expect.objectContaining({ problem: expect.stringContaining('ticket_type') })]);
});
