import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Person } from '../../../../lambda/crm/port/adapter.ts';
import { fullId } from '../../../../lambda/crm/salesforce/answers.ts';
import { quoted } from '../../../../lambda/crm/salesforce/client.ts';
import { createSalesforceAdapter } from '../../../../lambda/crm/salesforce/index.ts';
import type { SalesforceSettings } from '../../../../lambda/crm/salesforce/settings.ts';
import { all, aPerson, failure, log, nobody, upsert } from '../../../contract/driving.ts';
import { declared } from '../../../contract/trial.ts';
import { aConversation, aMessage, anEntry } from '../../../fixtures/conversation.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import {
  type FakeSalesforce,
  type FakeSalesforceOptions,
  startFakeSalesforce,
} from '../../../support/fake-salesforce.ts';

let salesforce: FakeSalesforce;
let deps: ReturnType<typeof adapterDeps>;
beforeEach(() => start());
afterEach(() => stop());

async function start(options: FakeSalesforceOptions = {}) {
  salesforce = await startFakeSalesforce(options);
  deps = adapterDeps(salesforce.secret);
}
async function stop() {
  deps.http.close();
  await salesforce.close();
  expect(salesforce.violations).toEqual([]);
}
async function restart(options: FakeSalesforceOptions) {
  await stop();
  await start(options);
}
const adapter = (settings: Partial<SalesforceSettings> = {}) =>
  createSalesforceAdapter({ name: 'sf', adapter: 'salesforce', baseUrl: salesforce.url, ...settings }, deps);
const contact = (id: string) => salesforce.objects.Contact.get(id)?.values;
const queries = () => salesforce.requests.filter(({ path }) => path.includes('/query')).length;

describe('a refusal', () => {
  test.each([
    ['TotalRequests Limit exceeded.', 900_000],
    ['ConcurrentRequests (Concurrent API Requests) Limit exceeded.', 60_000],
  ])('with a 403, "%s", is temporary', async (message, retryAfterMs) => {
    const body = [{ message, errorCode: 'REQUEST_LIMIT_EXCEEDED' }];
    salesforce.inject({ on: ({ path }) => path.endsWith('/query'), how: { status: 403, body } });
    expect((await failure(upsert(adapter(), aPerson()))).fault).toEqual({ kind: 'retryable', retryAfterMs });
  });

  test.each([
    ['UNABLE_TO_LOCK_ROW', 'retryable', false],
    ['TOO_MANY_APEX_REQUESTS', 'retryable', false],
    ['QUERY_TIMEOUT', 'retryable', true],
    ['STORAGE_LIMIT_EXCEEDED', 'credentials', false],
    ['UNKNOWN_EXCEPTION', 'retryable', true],
    ['INSUFFICIENT_ACCESS_OR_READONLY', 'credentials', false],
    ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'permanent', false],
  ])('of one record, %s, is classified by its own code', async (statusCode, kind, outcomeUnknown) => {
    const body = [{ success: false, errors: [{ statusCode, message: 'Not now', fields: ['Industry__c'] }] }];
    salesforce.inject({
      on: ({ method, path }) => method === 'POST' && path.endsWith('/sobjects'),
      how: { status: 200, body },
    });
    const error = await failure(upsert(adapter(), aPerson()));
    expect(error).toMatchObject({ fault: { kind }, outcomeUnknown });
    expect(error.message).toContain(`Not now: Industry__c (${statusCode})`);
  });
});

test('a row that a trigger found locked is temporary', async () => {
  const message = 'OnContact: execution of AfterInsert caused by: System.DmlException: first error: UNABLE_TO_LOCK_ROW';
  const errors = [{ statusCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message, fields: [] }];
  salesforce.inject({
    on: ({ method, path }) => method === 'POST' && path.endsWith('/sobjects'),
    how: { status: 200, body: [{ success: false, errors }] },
  });
  expect(await failure(upsert(adapter(), aPerson()))).toMatchObject({ fault: { kind: 'retryable' } });
});

test('a request that is refused as a whole fails only the bad item', async () => {
  const isOdd = ({ path, text }: { readonly path: string; readonly text: string }) =>
    path.endsWith('/sobjects') && text.includes('visitor-7@');
  const body = [{ message: 'Cannot deserialize instance of double', errorCode: 'JSON_PARSER_ERROR' }];
  for (let many = 0; many < 8; many += 1) salesforce.inject({ on: isOdd, how: { status: 400, body } });
  const requests = Array.from({ length: 20 }, (_, at) => ({
    person: aPerson({ email: `visitor-${at}@example.com` }),
    known: undefined,
  }));
  const outcomes = await all(declared(adapter().upsertContacts), requests);
  expect(outcomes.flatMap(({ status }, at) => (status === 'rejected' ? at : []))).toEqual([7]);
  expect(salesforce.objects.Contact.size).toBe(19);
});

describe('an organisation that blocks duplicates', () => {
  beforeEach(() => restart({ blocksDuplicates: true, uniqueField: 'Customer_Number__c' }));
  const missed = {
    on: ({ path }: { readonly path: string }) => path.endsWith('/query'),
    how: { status: 200, body: { done: true, records: [] } },
  };

  test('returns the contact with the same address', async () => {
    const { id } = salesforce.objects.Contact.add({
      LastName: 'Horáková',
      Email: 'Eva@Example.com',
      MailingCountry: 'x',
    });
    salesforce.inject(missed);
    expect(await upsert(adapter(), aPerson())).toBe(id);
    expect(contact(id)?.['FirstName']).toBe('Eva');
  });

  test('needs an operator if only the names are similar', async () => {
    salesforce.objects.Contact.add({ LastName: 'Horáková', Email: 'jana@example.com' });
    const error = await failure(upsert(adapter(), aPerson()));
    expect(error.fault).toEqual({ kind: 'permanent' });
    expect(error.message).toContain('DUPLICATES_DETECTED');
  });

  test('returns the contact with the same unique field', async () => {
    const { id } = salesforce.objects.Contact.add({ LastName: 'Horáková', Customer_Number__c: 'K-1' });
    salesforce.inject(missed);
    const customerId = { field: 'Customer_Number__c', value: 'K-1' };
    expect(await upsert(adapter(), aPerson({ customerId, email: null }))).toBe(id);
    expect(contact(id)?.['FirstName']).toBe('Eva');
  });
});

test('a contact that is stored with the 15 characters of its id is found', async () => {
  const { id } = salesforce.objects.Contact.add({ LastName: 'Horáková', MailingCountry: 'x' });
  expect(await upsert(adapter(), aPerson(), id.slice(0, 15))).toBe(id);
  expect(contact(id)).toMatchObject({ FirstName: 'Eva', Email: 'eva@example.com' });
  expect(salesforce.objects.Contact.size).toBe(1);
});

test.each([
  ['001U000001c83gK', '001U000001c83gKIAQ'],
  ['a0D30000001n7Pi', 'a0D30000001n7PiEAI'],
  ['0019000000B98de', '0019000000B98deAAB'],
  ['a0D30000001n7PiEAI', 'a0D30000001n7PiEAI'],
  ['no id', 'no id'],
])('an id has 18 characters in full: %s', (id, full) => {
  expect(fullId(id)).toBe(full);
});

describe('countries', () => {
  test('are names, or codes if the organisation has picklists for them', async () => {
    expect(contact(await upsert(adapter(), aPerson()))).toMatchObject({ MailingCountry: 'Czechia' });
    await restart({ countryCodes: true });
    const id = await upsert(adapter({ countryCodes: true }), aPerson());
    expect(contact(id)).toMatchObject({ MailingCountryCode: 'CZ' });
    expect(contact(id)).not.toHaveProperty('MailingCountry');
  });

  test('as names are reported by the check if there are picklists, and codes if there are none', async () => {
    expect(await adapter({ countryCodes: true }).check()).toMatchObject([
      { problem: expect.stringContaining('MailingCountryCode') },
    ]);
    await restart({ countryCodes: true });
    expect(await adapter().check()).toMatchObject([{ remedy: expect.stringContaining('countryCodes') }]);
  });
});

describe('a look-up', () => {
  test('of a hundred longest addresses is split into enough queries', async () => {
    const people = Array.from({ length: 100 }, (_, at) => aPerson({ email: `${'+'.repeat(60)}${at}@example.com` }));
    const requests = people.map((person) => ({ person, known: undefined }));
    const outcomes = await all(declared(adapter().upsertContacts), requests);
    expect(outcomes.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(queries()).toBeGreaterThan(1);
    const again = await all(declared(adapter().upsertContacts), requests);
    expect(again).toEqual(outcomes);
    expect(salesforce.objects.Contact.size).toBe(100);
  });

  test('reads every page', async () => {
    await restart({ rowsPerPage: 2 });
    for (const year of [2024, 2025, 2020, 2026, 2023]) {
      salesforce.objects.Contact.add(
        { LastName: `E${year}`, Email: 'eva@example.com' },
        new Date(Date.UTC(year, 0, 1)),
      );
    }
    const id = await upsert(adapter(), aPerson({ name: null }));
    expect(contact(id)?.['LastName']).toBe('E2020');
    expect(queries()).toBe(3);
  });

  test('quotes whatever a customer id contains', async () => {
    const hostile = ["O'Neil", "x') OR (Id != null", '\\', "\\' OR Name LIKE '%", 'a\nb', '💥 "'];
    salesforce.objects.Contact.add({ LastName: 'Another', Customer_Number__c: 'K-1' });
    const people = hostile.map(
      (value): Person => aPerson({ ...nobody, customerId: { field: 'Customer_Number__c', value } }),
    );
    const ids = [];
    for (const person of people) ids.push(await upsert(adapter(), person));
    for (const [at, person] of people.entries()) expect(await upsert(adapter(), person)).toBe(ids[at]);
    expect(salesforce.objects.Contact.size).toBe(hostile.length + 1);
    expect(quoted("it's")).toBe("'it\\'s'");
  });

  test('of an invalid id finds nobody', async () => {
    const id = await upsert(adapter(), aPerson(), "003' OR Id != '");
    expect(contact(id)).toMatchObject({ Email: 'eva@example.com' });
  });
});

describe('a task', () => {
  test('has the chat’s day and owner, and the organisation’s completed status', async () => {
    const contactId = await upsert(adapter(), aPerson());
    const conversation = aConversation({ endedAt: '2026-05-04T22:30:00.000Z' });
    const id = await log(adapter({ completedStatus: 'Hotovo' }), {
      ...anEntry(conversation, contactId),
      ownerId: '005000000000011AAA',
    });
    expect(salesforce.objects.Task.get(id)?.values).toMatchObject({
      Subject: 'Chat with Eva Horáková',
      Status: 'Hotovo',
      ActivityDate: '2026-05-05',
      OwnerId: '005000000000011AAA',
    });
  });

  test('with nothing but line ends fits', async () => {
    const contactId = await upsert(adapter(), aPerson());
    const messages = Array.from({ length: 10 }, () => aMessage({ text: `a${'\n'.repeat(5000)}b` }));
    expect(await log(adapter(), anEntry(aConversation({ messages }), contactId))).toMatch(/,/);
  });

  test('with a status that is not closed is reported by the check', async () => {
    const problems = await adapter({ completedStatus: 'Finished' }).check();
    expect(problems).toMatchObject([{ problem: 'There is no closed task status "Finished".' }]);
  });
});
