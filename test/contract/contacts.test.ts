import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CrmAdapter, Person } from '../../lambda/crm/adapter.ts';
import { createHttpClient, type HttpClient } from '../../lambda/crm/http.ts';
import { createAdapter } from '../../lambda/crm/registry.ts';
import { failure } from './delivery.ts';
import { type Contacts, type RunningCrm, subjects } from './subjects.ts';

const now = () => new Date();
const eva: Person = { email: 'eva@example.com', name: 'Eva Horáková', countryCode: 'CZ' };

const keepers = Object.entries(subjects).filter(([, { keepsContacts }]) => keepsContacts);

describe.each(keepers)('%s', (_, subject) => {
  let crm: RunningCrm;
  let contacts: Contacts;
  let http: HttpClient;
  let upsert: NonNullable<CrmAdapter['upsertContact']>;

  beforeEach(async () => {
    crm = await subject.start();
    http = createHttpClient({ now });
    const deps = { http, secret: async () => crm.secret, timezone: 'UTC', now };
    const { upsertContact } = await createAdapter(crm.settings, deps);
    if (upsertContact === undefined || crm.contacts === undefined) throw new Error('This adapter keeps no contacts.');
    upsert = upsertContact;
    contacts = crm.contacts;
  });
  afterEach(async () => {
    http.close();
    await crm.server.close();
    expect(crm.violations()).toEqual([]);
  });

  test('a visitor becomes a contact, the name well split', async () => {
    await upsert(eva);
    expect(contacts.all()).toEqual([{ email: 'eva@example.com', first: 'Eva', last: 'Horáková' }]);
  });

  test('a known visitor is found', async () => {
    const id = await upsert(eva);
    expect(await upsert(eva)).toBe(id);
    expect(contacts.all()).toHaveLength(1);
  });

  test('only blanks are filled', async () => {
    contacts.add({ email: 'eva@example.com', first: 'Evička', last: 'Nováková' });
    contacts.add({ email: 'jan@example.com' });
    await upsert(eva);
    await upsert({ ...eva, email: 'jan@example.com', name: 'Ing. Jan Novák' });
    expect(contacts.all()).toEqual([
      { email: 'eva@example.com', first: 'Evička', last: 'Nováková' },
      { email: 'jan@example.com', first: 'Jan', last: 'Novák' },
    ]);
  });

  test('half a name is filled only beside the same other half', async () => {
    contacts.add({ email: 'a@example.com', first: 'Eva' });
    contacts.add({ email: 'b@example.com', first: 'Jana' });
    await upsert({ ...eva, email: 'a@example.com' });
    await upsert({ ...eva, email: 'b@example.com' });
    expect(contacts.all()).toEqual([
      { email: 'a@example.com', first: 'Eva', last: 'Horáková' },
      { email: 'b@example.com', first: 'Jana' },
    ]);
  });

  test('a placeholder is no name', async () => {
    await upsert({ ...eva, name: 'Visitor 12345' });
    expect(contacts.all()).toEqual([{ email: 'eva@example.com' }]);
  });

  test('a failed look-up is no "not found"', async () => {
    for (const how of [{ status: 500 }, { status: 429 }, 'reset', { status: 200, body: {} }] as const) {
      crm.server.inject({ on: contacts.isLookup, how });
      expect(await failure(upsert(eva))).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: false });
    }
    expect(contacts.all()).toEqual([]);
  });

  test('who is created by somebody else in between is taken over', async () => {
    crm.server.inject({ on: contacts.isLookup, how: { status: 404, body: { message: 'Not found' } } });
    contacts.add({ email: 'eva@example.com', first: 'Eva' });
    await upsert(eva);
    expect(contacts.all()).toEqual([{ email: 'eva@example.com', first: 'Eva', last: 'Horáková' }]);
  });

  test.each([{ status: 500 }, 'reset', 'half'] as const)('a creation is found again after %j', async (how) => {
    crm.server.inject({ on: contacts.isCreate, how, takesEffect: true });
    expect(await failure(upsert(eva))).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: true });
    await upsert(eva);
    expect(contacts.all()).toHaveLength(1);
  });

  test('an address that the CRM refuses is told without the address', async () => {
    const body = { message: 'Email address eva@example.com is invalid' };
    crm.server.inject({ on: contacts.isCreate, how: { status: 400, body } });
    const { message, fault } = await failure(upsert(eva));
    expect(fault).toEqual({ kind: 'permanent' });
    expect(message).toContain('Email address … is invalid');
  });
});
