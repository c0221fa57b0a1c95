import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { referenceOf } from '../../../../lambda/crm/notes/entry.ts';
import type { Person } from '../../../../lambda/crm/port/adapter.ts';
import { anyOf, isIn, quoted } from '../../../../lambda/crm/zoho/contacts.ts';
import { createZohoAdapter } from '../../../../lambda/crm/zoho/index.ts';
import { all, aPerson, failure, log, nobody, upsert } from '../../../contract/driving.ts';
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
const adapter = () => {
  const urls = { baseUrl: zoho.url, accountsUrl: zoho.url };
  return createZohoAdapter({ name: 'zoho', adapter: 'zoho', dataCentre: 'eu', ...urls }, deps);
};
const contact = (id: string) => zoho.modules.Contacts.get(id)?.values;
const isCreate = ({ path }: { readonly path: string }) => path.includes('/Contacts');
const result = (code: string, message: string, details = {}) => ({
  data: [{ code, message, status: 'error', details }],
});

test('a contact that the query missed is filled, and not overwritten by its creation', async () => {
  const values = { Last_Name: 'Nováková', Email: 'eva@example.com', Mailing_Country: 'Austria' };
  const { id } = zoho.modules.Contacts.add(values);
  zoho.inject({ on: ({ path }) => path.endsWith('/coql'), how: { status: 204 } });
  expect(await upsert(adapter(), aPerson({ phone: '+420601123456' }))).toBe(id);
  expect(contact(id)).toEqual({ ...values, Phone: '+420601123456' });
});

test('the names of two people on one contact are not mixed', async () => {
  const phone = '+420601123456';
  const { id } = zoho.modules.Contacts.add({ Last_Name: 'eva', Email: 'eva@example.com', Phone: phone });
  const people = [aPerson({ name: 'Jan' }), aPerson({ email: null, phone })];
  await all(
    declared(adapter().upsertContacts),
    people.map((person) => ({ person, known: undefined })),
  );
  expect(contact(id)).toMatchObject({ Last_Name: 'Jan' });
  expect(contact(id)).not.toHaveProperty('First_Name');
});

test('a unique field of the account returns the contact with its value', async () => {
  const { id } = zoho.modules.Contacts.add({ Last_Name: 'Nováková' });
  const details = { api_name: 'Phone', duplicate_record: { id, Owner: { id: '1' } }, id, more_records: false };
  zoho.inject({ on: isCreate, how: { status: 400, body: result('DUPLICATE_DATA', 'duplicate data', details) } });
  expect(await upsert(adapter(), aPerson({ email: null, phone: '+420601123456' }))).toBe(id);
});

test('a blank that cannot be filled because another contact has the unique value is an error', async () => {
  const { id } = zoho.modules.Contacts.add({ Last_Name: 'Nováková', Email: 'eva@example.com', Mailing_Country: 'x' });
  const body = result('DUPLICATE_DATA', 'duplicate data', { api_name: 'Phone', id });
  zoho.inject({ on: ({ method }) => method === 'PUT', how: { status: 400, body } });
  const error = await failure(upsert(adapter(), aPerson({ phone: '+420601123456' })));
  expect(error).toMatchObject({ fault: { kind: 'permanent' }, message: expect.stringContaining('Phone') });
});

test('a request that is refused as a whole fails only the bad item', async () => {
  const isOdd = ({ path, text }: { readonly path: string; readonly text: string }) =>
    path.endsWith('/upsert') && text.includes('visitor-7@');
  const body = { code: 'INVALID_DATA', details: { expected_data_type: 'double' }, message: 'invalid', status: 'error' };
  for (let many = 0; many < 8; many += 1) zoho.inject({ on: isOdd, how: { status: 400, body } });
  const requests = Array.from({ length: 20 }, (_, at) => ({
    person: aPerson({ email: `visitor-${at}@example.com` }),
    known: undefined,
  }));
  const outcomes = await all(declared(adapter().upsertContacts), requests);
  expect(outcomes.flatMap(({ status }, at) => (status === 'rejected' ? at : []))).toEqual([7]);
  expect(zoho.modules.Contacts.size).toBe(19);
});

test.each([
  ['RECORD_LOCKED', 400, { kind: 'retryable' }],
  ['INTERNAL_ERROR', 400, { kind: 'retryable' }],
  ['NO_PERMISSION', 403, { kind: 'credentials' }],
  ['INVALID_DATA', 202, { kind: 'permanent' }],
])('a record refused with %s is classified by its own code', async (code, status, fault) => {
  const body = result(code, 'no', { api_name: 'Industry' });
  zoho.inject({ on: isCreate, how: { status, body } });
  const error = await failure(upsert(adapter(), aPerson()));
  expect(error.fault).toEqual(fault);
  expect(error.message).toContain(code);
  expect(error.outcomeUnknown).toBe(code === 'INTERNAL_ERROR');
});

test('the error of a refused record names its field', async () => {
  const person = aPerson({ fields: [{ name: 'Mobile', value: 'x', overwrite: false }], email: 'eva@localhost' });
  expect((await failure(upsert(adapter(), person))).message).toContain('invalid data: Email (INVALID_DATA)');
});

test('a mobile number is matched like a phone number', async () => {
  const { id } = zoho.modules.Contacts.add({ Last_Name: 'H', Mobile: '+420 601 123 456', Mailing_Country: 'x' });
  zoho.modules.Contacts.add({ Last_Name: 'H', Mobile: '+420601123456', Mailing_Country: 'x' });
  const found = await upsert(adapter(), aPerson({ email: null, phone: '+420601123456', name: null }));
  expect(found).not.toBe(id);
  expect(contact(found)).not.toHaveProperty('Phone');
});

test('a name that is too long is cut, so that the contact is not refused', async () => {
  const id = await upsert(adapter(), aPerson({ name: `${'Eva '.repeat(14)}${'H'.repeat(60)}` }));
  expect(String(contact(id)?.['First_Name']).length).toBeLessThanOrEqual(40);
});

test('all matches are compared, on any number of pages', async () => {
  const at = (year: number) => new Date(Date.UTC(year, 0, 1));
  for (let many = 0; many < 250; many += 1)
    zoho.modules.Contacts.add({ Last_Name: 'E', Email: 'eva@example.com' }, at(2025));
  const oldest = zoho.modules.Contacts.add({ Last_Name: 'Eva', Email: 'eva@example.com' }, at(2020));
  expect(await upsert(adapter(), aPerson())).toBe(oldest.id);
});

test('whatever a customer id contains is quoted in the query', async () => {
  const hostile = ["O'Neil", "x' or id is not null", '\\', "\\' or '1' = '1", '💥 "', ') or ('];
  zoho.modules.Contacts.add({ Last_Name: 'Another', Customer_Number: 'K-1' });
  const people = hostile.map(
    (value): Person => aPerson({ ...nobody, customerId: { field: 'Customer_Number', value } }),
  );
  const ids = [];
  for (const person of people) ids.push(await upsert(adapter(), person));
  expect(new Set(ids).size).toBe(hostile.length);
  for (const [at, person] of people.entries()) expect(await upsert(adapter(), person)).toBe(ids[at]);
});

test('queries have COQL’s syntax', () => {
  expect(anyOf([...isIn('a', ['1', '2']), ...isIn('b', ['3']), ...isIn('c', ['4']), ...isIn('d', [])])).toBe(
    "((a in ('1', '2') or b in ('3')) or c in ('4'))",
  );
  expect(quoted("it's \\")).toBe("'it''s \\\\'");
  expect(() => isIn('a', Array.from({ length: 101 }, String))).toThrow(RangeError);
});

test('an access token that expires in the middle of a backlog is renewed once', async () => {
  const { upsertContacts } = adapter();
  await upsert(adapter(), aPerson());
  zoho.expireTokens();
  const outcomes = await all(declared(upsertContacts), [
    { person: aPerson({ email: 'a@example.com' }), known: undefined },
    { person: aPerson({ email: 'b@example.com' }), known: undefined },
  ]);
  expect(outcomes.every(({ status }) => status === 'fulfilled')).toBe(true);
  expect(zoho.requests.filter(({ path }) => path === '/oauth/v2/token')).toHaveLength(2);
});

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
