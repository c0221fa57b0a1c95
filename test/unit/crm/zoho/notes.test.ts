import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { referenceOf } from '../../../../lambda/crm/notes/reference.ts';
import { createZohoAdapter } from '../../../../lambda/crm/zoho/index.ts';
import { aPerson, log, upsert } from '../../../contract/driving.ts';
import { declared } from '../../../contract/trial.ts';
import { aConversation, aMessage, anEntry } from '../../../fixtures/conversation.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import { type FakeZoho, startFakeZoho } from '../../../support/fake-zoho.ts';

let zoho: FakeZoho;
let deps: ReturnType<typeof adapterDeps>;
beforeEach(async () => {
  zoho = await startFakeZoho();
  deps = adapterDeps(zoho.secret);
});
afterEach(async () => {
  deps.http.close();
  await zoho.close();
  expect(zoho.violations).toEqual([]);
});
const adapter = () =>
  createZohoAdapter(
    { name: 'zoho', adapter: 'zoho', dataCentre: 'eu', baseUrl: zoho.url, accountsUrl: zoho.url },
    deps,
  );
const chat = aConversation();
const lists = () => zoho.requests.filter(({ method, path }) => method === 'GET' && path.endsWith('/Notes'));
const note = (contactId: string, text: string, createdAt: Date) =>
  zoho.modules.Notes.add({ Note_Content: text, Parent_Id: { id: contactId } }, createdAt);

test('a note has a title that tells what happened, cut to its field', async () => {
  const contactId = await upsert(adapter(), aPerson());
  await log(adapter(), anEntry(aConversation({ visitor: { name: '🚲'.repeat(200) } }), contactId));
  await log(adapter(), anEntry(chat, contactId));
  const titles = zoho.modules.Notes.list().map(({ values }) => String(values['Note_Title']));
  expect(titles[1]).toBe('Chat with Eva Horáková');
  expect(titles[0]?.isWellFormed()).toBe(true);
  const missed = aConversation({ outcome: 'missed', messages: [] });
  const id = await log(adapter(), anEntry(missed, contactId));
  await adapter().updateConversation(anEntry(chat, contactId), id);
  expect(zoho.modules.Notes.get(id)?.values['Note_Title']).toBe('Chat with Eva Horáková');
});

test('a lost note is looked up from the newest back to the start of the chat', async () => {
  const contactId = await upsert(adapter(), aPerson());
  for (let many = 0; many < 350; many += 1) note(contactId, 'Older', new Date('2026-01-01T00:00:00Z'));
  const { id } = note(contactId, `Chat\n${referenceOf(chat.id)}\n`, new Date('2026-05-04T08:22:00Z'));
  for (let many = 0; many < 99; many += 1) note(contactId, 'Newer', new Date('2026-05-05T00:00:00Z'));
  expect(await declared(adapter().findConversation)(anEntry(chat, contactId))).toBe(id);
  expect(lists().map(({ query }) => query.get('page'))).toEqual(['1', '2']);
});

test('the parts of a long chat are sent in one call, and a failed part leaves the chat in doubt', async () => {
  const contactId = await upsert(adapter(), aPerson());
  const messages = Array.from({ length: 1200 }, () => aMessage({ text: 'Příliš žluťoučký kůň úpěl ďábelské ódy' }));
  const entry = anEntry(aConversation({ messages }), contactId);
  const data = [
    { code: 'SUCCESS', status: 'success', message: 'record added', details: { id: '77' } },
    { code: 'INVALID_DATA', status: 'error', message: 'invalid data', details: { api_name: 'Note_Content' } },
  ];
  const before = zoho.requests.length;
  expect((await log(adapter(), entry)).split(',').length).toBeGreaterThan(2);
  expect(zoho.requests.length - before).toBe(1);
  const parts = zoho.modules.Notes.size;
  const body = { data: [data[0], ...Array.from({ length: parts - 1 }, () => data[1])] };
  zoho.inject({ on: ({ path }) => path.endsWith('/Notes'), how: { status: 207, body } });
  await expect(log(adapter(), entry)).rejects.toMatchObject({ fault: { kind: 'permanent' }, outcomeUnknown: true });
});
