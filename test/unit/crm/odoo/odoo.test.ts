import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AdapterDeps } from '../../../../lambda/crm/http/adapter-deps.ts';
import { createOdooAdapter } from '../../../../lambda/crm/odoo/index.ts';
import type { CrmAdapter } from '../../../../lambda/crm/port/adapter.ts';
import { deliver } from '../../../contract/delivering.ts';
import { aPerson, failure, log, nobody, upsert } from '../../../contract/driving.ts';
import { aConversation, aFollowUp, aMessage, anEntry } from '../../../fixtures/conversation.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import { type FakeOdoo, startFakeOdoo } from '../../../support/fake-odoo.ts';
import type { Received } from '../../../support/fake-server.ts';

let odoo: FakeOdoo;
let deps: AdapterDeps;
let adapter: CrmAdapter;

beforeEach(async () => {
  odoo = await startFakeOdoo({ users: [7, 8, 9] });
  deps = adapterDeps(odoo.key);
  adapter = open();
});
afterEach(async () => {
  deps.http.close();
  await odoo.close();
  expect(odoo.violations).toEqual([]);
});

const open = (settings: Partial<Parameters<typeof createOdooAdapter>[0]> = {}) =>
  createOdooAdapter({ name: 'odoo', adapter: 'odoo', baseUrl: odoo.url, ...settings }, deps);
const partners = () => odoo.records['res.partner'].list();
const notes = () => odoo.records['mail.message'].list();
const add = (values: Readonly<Record<string, unknown>>) => String(odoo.records['res.partner'].add(values).id);
const calls = (method: string) => (request: Received) => request.path === `/json/2/${method}`;

describe('the database', () => {
  test('is named if it is configured', async () => {
    await upsert(open({ database: 'shop' }), aPerson());
    await upsert(adapter, aPerson());
    const named = odoo.requests.map(({ headers }) => headers['x-odoo-database']);
    expect([named[0], named.at(-1)]).toEqual(['shop', undefined]);
  });
});

describe('a contact', () => {
  test.each([
    ['CZ', 'Česko'],
    ['gb', 'Anglie'],
  ])('from %s has its country by its XML id', async (countryCode, country) => {
    await upsert(adapter, aPerson({ countryCode }));
    expect(partners()).toMatchObject([{ country_id: [7, country] }]);
  });

  test('has its company as text, and keeps one that is there', async () => {
    await upsert(adapter, aPerson({ company: 'acme.example' }));
    await upsert(adapter, aPerson({ email: 'firm@example.com', name: 'ACME s.r.o.' }));
    add({ name: 'Jan', email: 'jan@example.com', company_name: 'Other' });
    await upsert(adapter, aPerson({ email: 'jan@example.com', company: 'acme.example' }));
    expect(partners().map((partner) => partner['company_name'])).toEqual(['acme.example', 'ACME s.r.o.', 'Other']);
  });

  test('from a country that Odoo does not know is created without one', async () => {
    const { warnings } = await deliver(adapter, { person: aPerson({ countryCode: 'EU' }) });
    expect(warnings).toEqual(['country_id (error)']);
    expect(partners()).toMatchObject([{ email: 'eva@example.com', country_id: false }]);
  });

  test('is looked up among contacts, not among their addresses', async () => {
    add({ name: 'Eva, invoices', email: 'eva@example.com', type: 'invoice' });
    const id = add({ name: 'Eva', email: 'Eva@Example.com', country_id: [7, 'Česko'] });
    expect(await upsert(adapter, aPerson())).toBe(id);
  });

  test('is found by its number however it is written, and not by a longer one', async () => {
    add({ name: 'Jana', phone: '+420 601 123 4567 8' });
    const id = add({ name: 'Eva', phone: '+420 601 123-456' });
    expect(await upsert(adapter, aPerson({ email: null, phone: '+420601123456' }))).toBe(id);
  });

  test('keeps a related record that already has the name', async () => {
    const id = add({ name: 'Eva Horáková', email: 'eva@example.com', title: [3, 'Doctor'], country_id: [7, 'Česko'] });
    const fields = [{ name: 'title', value: 'Doctor', overwrite: true }];
    await upsert(adapter, aPerson({ fields }), id);
    expect(odoo.requests).toHaveLength(1);
    await upsert(adapter, aPerson({ fields: [{ name: 'title', value: 'Madam', overwrite: true }] }), id);
    expect(odoo.requests.at(-1)?.body).toMatchObject({ fields: ['.id', 'title'], data: [[id, 'Madam']] });
  });

  test('of an anonymous visitor gets a placeholder name', async () => {
    await upsert(adapter, aPerson(nobody));
    expect(partners()).toMatchObject([{ name: 'Visitor', email: false, phone: false }]);
  });
});

describe('an answer', () => {
  test('to a failed import is a refusal, whatever its status', async () => {
    odoo.refusals.dropdowns.add('function');
    const fields = [{ name: 'function', value: 'Gold', overwrite: false }];
    const { fault, message, refused } = await failure(upsert(adapter, aPerson({ fields, countryCode: null })));
    expect(fault).toEqual({ kind: 'permanent' });
    expect(message).toContain("Odoo answered 422 when asked to create the contact: Value '…' not found in selection");
    expect(refused).toMatchObject([{ field: 'function' }]);
  });

  test.each([
    ['to read', 'function', {}],
    ['to look up by', 'ref', { fields: [], customerId: { field: 'ref', value: '1' } }],
  ])('names an unknown field %s, although it is a 500', async (_, field, parts) => {
    odoo.refusals.deletedFields.add(field);
    const fields = [{ name: 'function', value: 'Gold', overwrite: false }];
    const { fault, refused } = await failure(upsert(adapter, aPerson({ fields, ...parts })));
    expect(fault).toEqual({ kind: 'permanent' });
    expect(refused).toMatchObject([{ field, isUnknownField: true }]);
  });

  test('names an unknown field to write, although it is a 500', async () => {
    odoo.refusals.deletedFields.add('function');
    odoo.inject({ how: { status: 200, body: [] } });
    const fields = [{ name: 'function', value: 'Gold', overwrite: false }];
    const { fault, refused } = await failure(upsert(adapter, aPerson({ fields })));
    expect(fault).toEqual({ kind: 'permanent' });
    expect(refused).toMatchObject([{ field: 'function', isUnknownField: true }]);
  });

  test('of a missing right, in whatever language, needs an operator', async () => {
    const other = await startFakeOdoo({ mayWrite: false });
    const { fault, message } = await failure(upsert(open({ baseUrl: other.url }), aPerson()));
    await other.close();
    expect(fault).toEqual({ kind: 'credentials' });
    expect(message).toContain('Nemáte oprávnění');
  });

  test('with any other 500 is temporary', async () => {
    const body = { name: 'psycopg2.OperationalError', message: 'server closed the connection' };
    odoo.inject({ how: { status: 500, body } });
    expect((await failure(upsert(adapter, aPerson()))).fault).toEqual({ kind: 'retryable' });
  });

  test('that a record is locked is temporary', async () => {
    const body = { name: 'odoo.exceptions.LockError', message: 'Cannot lock the record' };
    odoo.inject({ on: calls('res.partner/load'), how: { status: 409, body } });
    expect((await failure(upsert(adapter, aPerson()))).fault).toEqual({ kind: 'retryable', retryAfterMs: 1000 });
  });

  test('to an import that lost against another transaction is temporary', async () => {
    const message = 'Unknown database error: could not serialize access due to concurrent update';
    const body = { ids: false, messages: [{ type: 'error', message }], nextrow: 0 };
    odoo.inject({ on: calls('res.partner/load'), how: { status: 200, body } });
    const person = aPerson({ countryCode: null });
    expect((await failure(upsert(adapter, person))).fault).toEqual({ kind: 'retryable' });
  });

  test('without the id of the new record leaves the outcome unknown', async () => {
    odoo.inject({ on: calls('res.partner/message_post'), how: { status: 200, body: [] } });
    const error = await failure(log(adapter, anEntry(aConversation(), add({ name: 'Eva' }))));
    expect(error).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: true });
  });
});

describe('a note', () => {
  test('is internal HTML', async () => {
    await log(adapter, anEntry(aConversation(), add({ name: 'Eva' })));
    expect(odoo.requests.at(-1)?.body).toMatchObject({ subtype_xmlid: 'mail.mt_note', body_is_html: true });
  });

  test('that is long continues in another, and both are found', async () => {
    const text = 'Where is my order? '.repeat(250);
    const long = aConversation({ messages: Array.from({ length: 20 }, () => aMessage({ text })) });
    const entry = anEntry(long, add({ name: 'Eva' }));
    const written = await log(adapter, entry);
    expect(written.split(',')).toHaveLength(notes().length);
    expect(notes().length).toBeGreaterThan(1);
    expect(await adapter.findConversation?.(entry)).toBe(written);
  });

  test('on a contact that is gone is refused for good', async () => {
    expect((await failure(log(adapter, anEntry(aConversation(), '999')))).fault).toEqual({ kind: 'permanent' });
  });
});

describe('a task', () => {
  test('is due on the day in the sales staff’s timezone, and is found after it is done', async () => {
    const entry = anEntry(aConversation(), add({ name: 'Eva' }));
    const followUp = aFollowUp({ dueAt: '2026-05-04T22:30:00.000Z' });
    const request = { ...entry, followUp };
    const [made] = (await adapter.followUps?.create.run([request])) ?? [];
    const task = odoo.records['mail.activity'].list()[0];
    expect(task).toMatchObject({ date_deadline: '2026-05-05', act_type_xmlid: 'mail.mail_activity_data_todo' });
    Object.assign(task ?? {}, { active: false });
    expect(await adapter.followUps?.find(request)).toBe(made?.status === 'fulfilled' && made.value);
  });
});

describe('who has a task', () => {
  const followUp = aFollowUp();
  const assignee = async (settings: Parameters<typeof open>[0], contactId: string, ownerId: string | null = null) => {
    const request = { ...anEntry(aConversation(), contactId), followUp, ownerId };
    const [made] = (await open(settings).followUps?.create.run([request])) ?? [];
    if (made?.status !== 'fulfilled') throw new Error('It was refused.', { cause: made?.reason });
    return odoo.records['mail.activity'].get(Number(made.value))?.['user_id'];
  };

  test('is the chat’s agent, else the salesperson, else the fallback, else the forwarder’s user', async () => {
    const [owned, free] = [add({ name: 'Eva', user_id: [8, 'Jana'] }), add({ name: 'Jan' })];
    const fallback = { owners: { fallback: '7' } };
    expect(await assignee({}, owned)).toBe(8);
    expect(await assignee(fallback, owned, '9')).toBe(9);
    expect(await assignee(fallback, owned, '7')).toBe(8);
    expect(await assignee(fallback, free, '7')).toBe(7);
    expect(await assignee({}, free)).toBe(2);
  });

  test('is the forwarder’s user if the salesperson has left', async () => {
    odoo.refusals.goneUsers.add('8');
    expect(await assignee({}, add({ name: 'Eva', user_id: [8, 'Jana'] }))).toBe(2);
  });
});

describe('the check', () => {
  test('names missing rights', async () => {
    odoo.inject({ on: calls('res.partner/has_access'), how: { status: 200, body: false } });
    expect(await adapter.check()).toMatchObject([{ problem: expect.stringContaining('may not create') }]);
  });

  test('accepts only a number as a user', async () => {
    const problems = await open({ owners: { agents: { Petr: 'petr@shop.example' }, fallback: '7' } }).check();
    expect(problems).toMatchObject([{ problem: 'There is no user with the id "petr@shop.example".' }]);
  });
});
