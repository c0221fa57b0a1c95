import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AdapterDeps } from '../../../../lambda/crm/http/adapter-deps.ts';
import { createPipedriveClient } from '../../../../lambda/crm/pipedrive/client.ts';
import { createContacts } from '../../../../lambda/crm/pipedrive/contacts.ts';
import { createCall } from '../../../../lambda/crm/pipedrive/index.ts';
import type { Person } from '../../../../lambda/crm/port/adapter.ts';
import { aPerson } from '../../../contract/driving.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import { type FakePipedrive, startFakePipedrive } from '../../../support/fake-pipedrive.ts';

const customerNumber = '1f0a5c0d8b7e4a3f9c2d6e5b4a3f2e1d0c9b8a77';
const oldNumber = '9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e3d2c1b0a';
const phone = '+420601123456';
const valued = (value: string) => [{ value, primary: true, label: 'work' }];

describe('Pipedrive', () => {
  let pipedrive: FakePipedrive;
  let deps: AdapterDeps;
  beforeEach(async () => {
    pipedrive = await startFakePipedrive({ customFields: [customerNumber, oldNumber] });
    deps = adapterDeps(pipedrive.token);
  });
  afterEach(async () => {
    deps.http.close();
    await pipedrive.close();
    expect(pipedrive.violations).toEqual([]);
  });

  function upsert(person: Person, known?: string) {
    const { url } = pipedrive;
    const call = createCall({ baseUrl: url, authUrl: url }, deps);
    return createContacts(createPipedriveClient(call), {})({ person, known });
  }
  const names = () => pipedrive.persons.list().map(({ name }) => name);

  test('has the visitor under a second address: that person is used, and keeps the first', async () => {
    const emails = [...valued('eva@work.example'), { value: 'Eva@Example.com', primary: false, label: 'home' }];
    const { id } = pipedrive.persons.add({ name: 'Eva', emails });
    expect(await upsert(aPerson())).toBe(String(id));
    expect(pipedrive.persons.get(id)).toMatchObject({ emails });
  });

  test('finds parts of numbers: only a whole number matches', async () => {
    pipedrive.persons.add({ name: 'Longer', phones: valued('+4206011234567') });
    const { id } = pipedrive.persons.add({ name: 'Jan', phones: valued(`tel. ${phone}`) });
    expect(await upsert(aPerson({ email: null, phone }))).toBe(String(id));
  });

  test('finds values of all custom fields: only the configured field matches', async () => {
    pipedrive.persons.add({ name: 'Another', custom_fields: { [oldNumber]: 'K-7' } });
    const { id } = pipedrive.persons.add({ name: 'Jan', custom_fields: { [customerNumber]: 'K-7' } });
    const customerId = { field: customerNumber, value: 'K-7' };
    expect(await upsert(aPerson({ email: null, customerId }))).toBe(String(id));
  });

  test('returns many people with such a value: all are compared', async () => {
    for (let many = 0; many < 230; many += 1) pipedrive.persons.add({ name: 'A', custom_fields: { [oldNumber]: '7' } });
    const { id } = pipedrive.persons.add({ name: 'Jan', custom_fields: { [customerNumber]: '7' } });
    const customerId = { field: customerNumber, value: '7' };
    expect(await upsert(aPerson({ email: null, customerId }))).toBe(String(id));
  });

  test.each(['eva', 'EVA@example.com', 'Visitor', ''])('replaces a name like %j with a real one', async (name) => {
    const { id } = pipedrive.persons.add({ name, emails: valued('eva@example.com') });
    await upsert(aPerson());
    expect(pipedrive.persons.get(id)?.['name']).toBe('Eva Horáková');
  });

  test('requires a name: the address or the number is the placeholder', async () => {
    await upsert(aPerson({ name: null }));
    await upsert(aPerson({ name: '???', email: null, phone }));
    expect(names()).toEqual(['eva', phone]);
  });

  test('has standard fields, custom fields, and values in objects', async () => {
    const { id } = pipedrive.persons.add({
      name: 'Eva',
      emails: valued('eva@example.com'),
      custom_fields: { [oldNumber]: { value: 12, currency: 'EUR' } },
    });
    const field = { name: oldNumber, value: 12, overwrite: true };
    const before = pipedrive.requests.length;
    await upsert(aPerson({ name: null, fields: [field] }), String(id));
    expect(pipedrive.requests.slice(before).map(({ method }) => method)).toEqual(['GET']);
  });

  test('is asked for a found person’s fields only if some are configured', async () => {
    pipedrive.persons.add({ name: 'Eva Horáková', emails: valued('eva@example.com') });
    await upsert(aPerson());
    expect(pipedrive.requests).toHaveLength(1);
  });

  test('reports the daily limit: retry in an hour, whatever the burst limit says', async () => {
    const headers = { 'x-daily-ratelimit-token-remaining': '0', 'x-ratelimit-reset': '2', 'retry-after': '1' };
    pipedrive.inject({ how: { status: 429, headers } });
    await expect(upsert(aPerson())).rejects.toMatchObject({ fault: { kind: 'retryable', retryAfterMs: 3_600_000 } });
  });

  test('limits a burst: retry when its window ends', async () => {
    pipedrive.inject({ how: { status: 429, headers: { 'x-ratelimit-reset': '2' } } });
    await expect(upsert(aPerson())).rejects.toMatchObject({ fault: { kind: 'retryable', retryAfterMs: 2000 } });
  });

  test('answers 402: that needs an operator, and parks nothing', async () => {
    pipedrive.inject({ how: { status: 402, body: { success: false, error: 'Company account is not open' } } });
    await expect(upsert(aPerson())).rejects.toMatchObject({ fault: { kind: 'credentials' }, status: 402 });
  });
});
