import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createEspocrmAdapter } from '../../../../lambda/crm/espocrm/index.ts';
import type { AdapterDeps } from '../../../../lambda/crm/http/adapter-deps.ts';
import type { Person } from '../../../../lambda/crm/port/adapter.ts';
import { deliver } from '../../../contract/delivering.ts';
import { aPerson, nobody, upsert as upsertWith } from '../../../contract/driving.ts';
import { aFollowUp } from '../../../fixtures/conversation.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import { type FakeEspocrm, startFakeEspocrm } from '../../../support/fake-espocrm.ts';
import { documentedRole } from '../../../support/fake-espocrm-rules.ts';

const phone = '+420601123456';
/** Of a country that EspoCRM knows nothing of. */
const refusedPhone = '+99912345678';

describe('EspoCRM', () => {
  let espocrm: FakeEspocrm;
  let deps: AdapterDeps;
  const adapter = () => createEspocrmAdapter({ name: 'espocrm', adapter: 'espocrm', baseUrl: espocrm.url }, deps);
  const upsert = (person: Person, known?: string) => upsertWith(adapter(), person, known);
  const contact = (id: string) => espocrm.records.Contact.get(id);
  const asked = () =>
    espocrm.requests.map(({ method, headers }) => [method, headers['x-skip-duplicate-check']].join(' '));
  beforeEach(async () => {
    espocrm = await startFakeEspocrm();
    deps = adapterDeps(espocrm.apiKey);
  });
  afterEach(async () => {
    deps.http.close();
    await espocrm.close();
    expect(espocrm.violations).toEqual([]);
  });

  test('reports a namesake as a duplicate: both are kept', async () => {
    espocrm.add('Contact', { firstName: 'Eva', lastName: 'Horáková', emailAddress: 'eva@elsewhere.example' });
    await upsert(aPerson());
    expect(espocrm.there('Contact')).toHaveLength(2);
    expect(asked()).toEqual(['GET ', 'POST ', 'POST true']);
  });

  test.each([
    { emailAddressData: [{ emailAddress: 'other@example.com' }, { emailAddress: 'Eva@Example.com' }] },
    { phoneNumber: '+420 601 123 456' },
  ])('reports a visitor with %j as a duplicate only on creation', async (others) => {
    const { id } = espocrm.add('Contact', { firstName: 'Eva', lastName: 'Horáková', ...others });
    espocrm.inject({ on: ({ method }) => method === 'GET', how: { status: 200, body: { total: 0, list: [] } } });
    espocrm.inject({ on: ({ method }) => method === 'GET', how: { status: 200, body: { total: 0, list: [] } } });
    expect(await upsert(aPerson({ phone }))).toBe(id);
  });

  test('finds a number however it is written', async () => {
    const { id } = espocrm.add('Contact', { lastName: 'Horáková', phoneNumber: '+420 601-123-456' });
    expect(await upsert(aPerson({ email: null, phone }))).toBe(id);
  });

  test('refuses a number: the contact is created and filled without it', async () => {
    const { contactId: created } = await deliver(adapter(), { person: aPerson({ phone: refusedPhone }) });
    expect(contact(created ?? '')).toMatchObject({ emailAddress: 'eva@example.com', addressCountry: 'Czechia' });
    expect(contact(created ?? '')).not.toHaveProperty('phoneNumber');
    const email = 'horakova@example.com';
    const known = espocrm.add('Contact', { lastName: 'Horáková', emailAddress: email }).id;
    await deliver(adapter(), { person: aPerson({ email, phone: refusedPhone }) });
    expect(contact(known)).toMatchObject({ firstName: 'Eva', addressCountry: 'Czechia' });
  });

  test('refuses the owner of a task, who is the contact’s: the task is the API user’s', async () => {
    const email = 'eva@example.com';
    espocrm.add('Contact', { lastName: 'Horáková', emailAddress: email, assignedUserId: 'gone' });
    espocrm.refusals.goneUsers.add('gone');
    expect(await deliver(adapter(), { person: aPerson({ email }), followUp: aFollowUp() })).toMatchObject({
      state: 'delivered',
    });
    expect(espocrm.there('Task')).toMatchObject([{ assignedUserId: 'api-user-1' }]);
  });

  describe('with a role that does not see other users', () => {
    const { table } = documentedRole;
    const unseen = { ...documentedRole, table: { ...table, User: { read: 'own' } } };
    const followUp = aFollowUp();
    beforeEach(async () => {
      await espocrm.close();
      espocrm = await startFakeEspocrm({ users: ['karel'], role: unseen });
    });

    test('refuses an owner: contact, note and task are written without, and its words are told', async () => {
      const person = aPerson({ ownerId: 'karel' });
      const delivery = await deliver(adapter(), { person, ownerId: 'karel', followUp });
      expect(delivery).toMatchObject({ state: 'delivered', warnings: ['assignedUserId (cannotRelateForbidden)'] });
      expect(espocrm.there('Contact')[0]).not.toHaveProperty('assignedUserId');
      expect(espocrm.there('Task')).toMatchObject([{ assignedUserId: 'api-user-1' }]);
      await expect(upsert(aPerson({ email: 'jan@example.com', ownerId: 'karel' }))).rejects.toMatchObject({
        fault: { kind: 'permanent' },
        message: expect.stringContaining(
          'No foreign record access for link operation (…:assignedUser) (cannotRelateForbidden User read)',
        ),
      });
    });

    test('refuses the task of a contact that somebody owns: it is the API user’s', async () => {
      espocrm.add('Contact', { lastName: 'Horáková', emailAddress: 'eva@example.com', assignedUserId: 'karel' });
      expect(await deliver(adapter(), { person: aPerson(), followUp })).toMatchObject({ state: 'delivered' });
      expect(espocrm.there('Task')).toMatchObject([{ assignedUserId: 'api-user-1' }]);
    });
  });

  test('refuses an address: the error names the field, and not the address', async () => {
    const email = 'eva..horakova@example.com';
    const error: unknown = await upsert(aPerson({ email })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault: { kind: 'permanent' }, status: 400 });
    expect(String(error)).toContain('The field emailAddress is not valid (emailAddress)');
    expect(String(error)).not.toContain(email);
  });

  test.each([
    ['<b>Eva</b> Horáková', { lastName: 'b Eva /b Horáková' }],
    ['Eva =é=', { lastName: 'Eva é' }],
    ['Eva <é', { lastName: 'Eva é' }],
    ['Eva', { lastName: 'Eva' }],
    [`${'e'.repeat(110)} Nová`, { firstName: 'e'.repeat(100), lastName: 'Nová' }],
  ])('gets names without characters that it refuses: %s', async (name, written) => {
    expect(contact(await upsert(aPerson({ name })))).toMatchObject(written);
  });

  test('does not compare anonymous visitors with each other', async () => {
    await upsert(aPerson(nobody));
    await upsert(aPerson(nobody));
    expect(asked()).toEqual(['POST true', 'POST true']);
  });

  test('shows administrators a deleted contact: it is treated as gone', async () => {
    const { id } = espocrm.add('Contact', { lastName: 'Horáková' });
    espocrm.inject({ how: { status: 200, body: { id, deleted: true, lastName: 'Horáková' } } });
    expect(await upsert(aPerson(), id)).not.toBe(id);
  });

  test('gives the reason for a refusal in a header', async () => {
    espocrm.inject({ how: { status: 403, headers: { 'x-status-reason': "No 'read' access." } } });
    await expect(upsert(aPerson())).rejects.toMatchObject({
      fault: { kind: 'credentials' },
      message: expect.stringContaining("No 'read' access."),
    });
  });
});
