import { afterEach, describe, expect, test } from '@jest/globals';
import type { ContactRequest } from '../../../../lambda/crm/port/adapter.ts';
import { aPerson } from '../../../contract/driving.ts';
import { type Opened, openHubspot } from './hubspot.ts';

const people = (count: number): readonly ContactRequest[] =>
  Array.from({ length: count }, (_, at) => ({
    person: aPerson({ email: `visitor-${at}@example.com`, name: `Eva Nováková ${at}` }),
    known: undefined,
  }));

let opened: Opened;
afterEach(() => opened.close());
const run = async (requests: readonly ContactRequest[]) => (await opened.adapter.upsertContacts?.run(requests)) ?? [];
const refusedAt = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []));

describe('a batch', () => {
  test.each([true, false])('is matched to its inputs in any order, our trace echoed: %s', async (echoesTraces) => {
    opened = await openHubspot({ echoesTraces });
    const outcomes = await run(people(100));
    for (const [at, outcome] of outcomes.entries()) {
      const id = outcome.status === 'fulfilled' ? outcome.value : '';
      expect(opened.hubspot.contacts.get(id)?.properties['email']).toBe(`visitor-${at}@example.com`);
    }
    expect(opened.calls()).toEqual({ 'contacts/batch/read': 1, 'contacts/batch/create': 1 });
  });

  test('of anonymous people is matched to its inputs even without our trace', async () => {
    opened = await openHubspot({ echoesTraces: false });
    const named = ['Eva', 'Jan', 'Eva'].map((name) => ({ person: aPerson({ email: null, name }), known: undefined }));
    const ids = (await run(named)).map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : ''));
    expect(new Set(ids).size).toBe(3);
    expect(ids.map((id) => opened.hubspot.contacts.get(id)?.properties['lastname'])).toEqual(['Eva', 'Jan', 'Eva']);
  });

  test('takes existing contacts among new ones, with one more call', async () => {
    opened = await openHubspot();
    const hidden = opened.hubspot.addContact({ email: 'x@y.cz', hs_additional_emails: 'visitor-3@example.com' });
    const outcomes = await run(people(10));
    expect(outcomes[3]).toEqual({ status: 'fulfilled', value: hidden.id });
    expect(hidden.properties['firstname']).toBe('Eva');
    expect(opened.calls()).toEqual({
      'contacts/batch/read': 2,
      'contacts/batch/create': 1,
      'contacts/batch/update': 1,
    });
  });

  test('of people with numbers and customer ids is looked up in few calls', async () => {
    opened = await openHubspot();
    const requests = people(100).map(({ person }, at) => {
      const customerId = { field: 'customer_number', value: `Customer-${1000 + at}` };
      return { person: { ...person, phone: `+420601123${100 + at}`, customerId }, known: undefined };
    });
    const there = requests.slice(0, 50).map(({ person }, at) => {
      const contact = { firstname: 'Eva', country: 'x', phone: '1' };
      const key = at % 2 === 0 ? { phone: person.phone } : { customer_number: person.customerId.value };
      return opened.hubspot.addContact({ ...contact, ...key }).id;
    });
    const outcomes = await run(requests);
    expect(outcomes.slice(0, 50)).toEqual(there.map((value) => ({ status: 'fulfilled', value })));
    expect(opened.hubspot.contacts.size).toBe(100);
    expect(opened.calls()['2026-09/contacts/search']).toBeLessThanOrEqual(10);
  });

  test('that is refused as a whole fails only the bad item, in few calls', async () => {
    opened = await openHubspot();
    const { hubspot } = opened;
    const body = { status: 'error', category: 'VALIDATION_ERROR', message: 'Invalid input JSON' };
    const isBad = ({ path, text }: { path: string; text: string }) =>
      path.endsWith('/contacts/batch/create') && text.includes('visitor-41@');
    for (let count = 0; count < 20; count += 1) hubspot.inject({ on: isBad, how: { status: 400, body } });
    const outcomes = await run(people(100));
    expect(refusedAt(outcomes)).toEqual([41]);
    expect(outcomes[41]).toMatchObject({ reason: { fault: { kind: 'permanent' }, status: 400 } });
    expect(hubspot.contacts.size).toBe(99);
    expect(opened.calls()['contacts/batch/create']).toBeLessThanOrEqual(15);
  });

  test('whose update is refused as a whole fails only the bad item', async () => {
    opened = await openHubspot();
    const requests = people(8);
    for (const { person } of requests) opened.hubspot.addContact({ email: person.email ?? '' });
    const fields = [{ name: 'no_such_property', value: 'x', overwrite: false }];
    const outcomes = await run(
      requests.with(5, { person: { ...aPerson(), ...requests[5]?.person, fields }, known: undefined }),
    );
    expect(refusedAt(outcomes)).toEqual([5]);
    expect(outcomes[5]).toMatchObject({ reason: { fault: { kind: 'permanent' } } });
    const named = opened.hubspot.contacts.list().filter(({ properties }) => properties['firstname'] === 'Eva');
    expect(named).toHaveLength(7);
  });

  test.each([
    ['RATE_LIMITS', 'retryable', false],
    ['MISSING_SCOPES', 'credentials', false],
    ['VALIDATION_ERROR', 'permanent', false],
    ['SOMETHING_NEW', 'retryable', true],
  ])('whose item fails by %s is %s', async (category, kind, outcomeUnknown) => {
    opened = await openHubspot();
    const at = new Date().toISOString();
    const error = { status: 'error', category, message: 'No', context: { objectWriteTraceId: ['0'] }, errors: [] };
    const body = { status: 'COMPLETE', startedAt: at, completedAt: at, results: [], numErrors: 1, errors: [error] };
    opened.hubspot.inject({ on: ({ path }) => path.endsWith('/create'), how: { status: 207, body } });
    expect(await run(people(1))).toMatchObject([{ reason: { fault: { kind }, outcomeUnknown } }]);
  });

  test('whose answer leaves out items has an unknown outcome for them', async () => {
    opened = await openHubspot();
    const at = new Date().toISOString();
    const body = { status: 'COMPLETE', startedAt: at, completedAt: at, results: [] };
    opened.hubspot.inject({ on: ({ path }) => path.endsWith('/create'), how: { status: 201, body } });
    expect(await run(people(1))).toMatchObject([{ reason: { fault: { kind: 'retryable' }, outcomeUnknown: true } }]);
  });
});
