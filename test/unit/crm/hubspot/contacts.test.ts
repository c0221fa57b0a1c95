import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newContact, toFill } from '../../../../lambda/crm/hubspot/contacts.ts';
import type { Person } from '../../../../lambda/crm/port/adapter.ts';
import { aPerson, nobody, upsert } from '../../../contract/driving.ts';
import { type Opened, openHubspot } from './hubspot.ts';

const eva = aPerson({ countryCode: 'cz' });
const all = { firstname: 'Eva', lastname: 'Horáková', country: 'Czechia' };

describe('a contact’s properties', () => {
  test('are the standard ones, with the country in words', () => {
    expect(newContact(eva)).toEqual({ email: 'eva@example.com', ...all });
  });

  test.each([null, '', 'ZZ', 'Czech', '12'])('have no country for the code %j', (countryCode) => {
    expect(newContact({ ...eva, name: null, countryCode })).toEqual({ email: 'eva@example.com' });
  });

  test.each([
    ['+420601123456', { ...nobody, phone: '+420601123456' }],
    ['K-1', { ...nobody, customerId: { field: 'customer_number', value: 'K-1' } }],
    ['Visitor', nobody],
  ])('have a placeholder name only if HubSpot would refuse the contact: %s', (lastname, parts) => {
    expect(newContact(aPerson(parts))).toMatchObject({ lastname });
  });

  test('are texts, and the configured ones win', () => {
    const fields = [
      { name: 'country', value: 'Česko', overwrite: false },
      { name: 'score', value: 7, overwrite: false },
      { name: 'vip', value: false, overwrite: false },
    ];
    expect(newContact({ ...eva, fields })).toMatchObject({ country: 'Česko', score: '7', vip: 'false' });
  });

  test.each([
    ['everything missing', {}, all],
    ['nulls and spaces', { firstname: null, lastname: ' ', country: '' }, all],
    ['the same first name, written otherwise', { firstname: 'EVA', country: 'x' }, { lastname: 'Horáková' }],
    ['another first name', { firstname: 'Jana', country: 'x' }, {}],
    ['another surname', { lastname: 'Malá' }, { country: 'Czechia' }],
    ['nothing', { firstname: 'E', lastname: 'H', country: 'Austria' }, {}],
    ['a name, for which a number stands', { lastname: '+420601123456', phone: '+420601123456' }, all],
    [
      'a surname, for which a number stands beside the same first name',
      { firstname: 'Eva', lastname: '+420601123456', phone: '+420601123456', country: 'x' },
      { lastname: 'Horáková' },
    ],
  ])('are filled if blank: %s', (_, contact, missing) => {
    expect(toFill({ email: 'eva@example.com', ...contact }, eva)).toEqual(missing);
  });
});

describe('HubSpot', () => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await openHubspot();
  });
  afterEach(() => opened.close());
  const upsertOne = (person: Person, known?: string) => upsert(opened.adapter, person, known);

  test('has the visitor under a secondary address: that contact is used', async () => {
    const { hubspot } = opened;
    const { id } = hubspot.addContact({ email: 'eva@work.example', hs_additional_emails: 'x@y.cz;Eva@Example.com' });
    expect(await upsertOne(eva)).toBe(id);
    expect(hubspot.contacts.size).toBe(1);
    expect(hubspot.contacts.get(id)?.properties).toMatchObject({ email: 'eva@work.example', firstname: 'Eva' });
  });

  test('has the number in another form, or the same number in another country', async () => {
    const { hubspot } = opened;
    const abroad = hubspot.addContact({ email: 'a@example.com', phone: '+421 601 123 456' });
    const { id } = hubspot.addContact({ email: 'b@example.com', mobilephone: '601-123-456' });
    expect(await upsertOne(aPerson({ ...nobody, phone: '+420601123456' }))).toBe(id);
    expect(abroad.properties['lastname']).toBeUndefined();
  });

  test('is searched by number only without an address match, and by customer id only without a number match', async () => {
    const { hubspot, calls } = opened;
    const customerId = { field: 'customer_number', value: 'K-1' };
    const { id } = hubspot.addContact({ email: 'eva@work.example', customer_number: 'K-1', ...all, phone: '1' });
    expect(await upsertOne({ ...eva, phone: '+420601123456', customerId })).toBe(id);
    expect(calls()).toEqual({ 'contacts/batch/read': 1, '2026-09/contacts/search': 2 });
    expect(await upsertOne({ ...eva, email: 'eva@work.example', phone: '+420601123456', customerId })).toBe(id);
    expect(calls()).toEqual({ 'contacts/batch/read': 2, '2026-09/contacts/search': 2 });
    const jan = hubspot.addContact({ email: 'jan@work.example', phone: '+420777888999', lastname: 'Horáková' });
    expect(await upsertOne({ ...eva, email: 'jan@example.com', phone: '+420777888999', customerId })).toBe(jan.id);
    expect(calls()).toMatchObject({ 'contacts/batch/read': 3, '2026-09/contacts/search': 3 });
  });

  test('answers for a merged contact with the other one: the visitor is matched again', async () => {
    const { hubspot } = opened;
    const gone = hubspot.addContact({ email: 'old@example.com' });
    const merged = hubspot.addContact({ email: 'eva@example.com' });
    hubspot.contacts.set(gone.id, merged);
    expect(await upsertOne(eva, gone.id)).toBe(merged.id);
  });

  test('updates a contact once for two people who match it', async () => {
    const { adapter, hubspot, calls } = opened;
    const { id } = hubspot.addContact({ email: 'eva@example.com' });
    const two = [
      { person: { ...eva, email: null }, known: id },
      { person: { ...eva, phone: '+420601123456' }, known: undefined },
    ];
    const outcomes = await adapter.upsertContacts?.run(two);
    expect(outcomes).toEqual([id, id].map((value) => ({ status: 'fulfilled', value })));
    expect(calls()).toMatchObject({ 'contacts/batch/update': 1 });
    expect(hubspot.contacts.get(id)?.properties).toMatchObject({ ...all, phone: '+420601123456' });
  });

  test('takes the company from the name, else from the address, and fills only a blank', async () => {
    const { hubspot } = opened;
    const companyOf = (id: string) => hubspot.contacts.get(id)?.properties['company'];
    const firm = { ...eva, name: 'ACME s.r.o.' };
    expect(companyOf(await upsertOne(firm))).toBe('ACME s.r.o.');
    const employee = { ...eva, email: 'jan@acme.example', name: 'Jan Malý', company: 'acme.example' };
    expect(companyOf(await upsertOne(employee))).toBe('acme.example');
    const { id } = hubspot.addContact({ email: 'eva@other.example', company: 'Other' });
    expect(companyOf(await upsertOne({ ...employee, email: 'eva@other.example' }, id))).toBe('Other');
  });

  test('does not mix the names of two people on one contact', async () => {
    const { adapter, hubspot } = opened;
    const phone = '+420601123456';
    const { id } = hubspot.addContact({ email: 'eva@example.com', phone });
    const people = [
      { ...eva, name: 'Jan Malý' },
      { ...eva, email: null, phone },
    ];
    await adapter.upsertContacts?.run(people.map((person) => ({ person, known: undefined })));
    expect(hubspot.contacts.get(id)?.properties).toMatchObject({ firstname: 'Jan', lastname: 'Malý' });
  });

  test.each([
    ['SECONDLY', 1000],
    ['TEN_SECONDLY_ROLLING', 10_000],
    ['DAILY', 3_600_000],
  ])('names its limit %s instead of a time to wait', async (policyName, retryAfterMs) => {
    const body = { status: 'error', message: 'You have reached your limit.', errorType: 'RATE_LIMIT', policyName };
    opened.hubspot.inject({ how: { status: 429, body } });
    await expect(upsertOne(eva)).rejects.toMatchObject({ fault: { kind: 'retryable', retryAfterMs } });
  });

  test('answers 477 while it moves an account', async () => {
    opened.hubspot.inject({ how: { status: 477, headers: { 'retry-after': '3600' } } });
    await expect(upsertOne(eva)).rejects.toMatchObject({ fault: { kind: 'retryable', retryAfterMs: 3_600_000 } });
  });

  test('lacks a scope: the operator is told which, and which page to read', async () => {
    const message = "This app hasn't been granted all required scopes to make this call.";
    const errors = [{ message: 'Required.', context: { requiredGranularScopes: ['crm.objects.contacts.write'] } }];
    const body = { status: 'error', message, errors, category: 'MISSING_SCOPES' };
    opened.hubspot.inject({ how: { status: 403, body } });
    await expect(upsertOne(eva)).rejects.toMatchObject({
      fault: { kind: 'credentials' },
      message: expect.stringMatching(/Scopes: crm\.objects\.contacts\.write\. .*docs\/crms\//),
    });
  });
});
