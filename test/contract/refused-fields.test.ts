import { describe, expect, test } from '@jest/globals';
import type { Received } from '../support/fake-server.ts';
import { deliver } from './delivering.ts';
import { aPerson, kept } from './driving.ts';
import { bad, deliverToAll, expectWarned, keepers, phone, reachable, ten, visible, visitor } from './refusing.ts';
import type { Subject } from './subject.ts';
import { declared, useTrial } from './trial.ts';

describe.each(keepers)('%s: what the CRM refuses of a contact', (_, subject: Subject) => {
  const trial = useTrial(subject);
  const traits = declared(subject.contacts);
  const { field } = traits;
  const aName = kept(traits);
  const withField = (value = 'Gold') => ({ fields: [{ name: field, value, overwrite: false }] });

  test('a deleted field: everything else is written, for a new contact and for a known one', async () => {
    const { adapter, contacts, crm } = trial();
    crm.refusals.deletedFields.add(field);
    contacts().add({ email: 'visitor-1@example.com', ...aName });
    const people = [visitor(0, withField()), visitor(1, withField())];
    const deliveries = await deliverToAll(adapter, people);
    expect(deliveries.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    const addresses = reachable(contacts()).map(({ email }) => email);
    expect(addresses.toSorted()).toEqual(people.map(({ email }) => email));
    expect(crm.logs()).toHaveLength(2);
    if (traits.refusesUnknownFields) {
      for (const { warnings } of deliveries) expect(warnings).toEqual([expect.stringContaining(field)]);
      expect(visible(crm.logs()[0])).toContain(`did not accept the field "${field}": Gold`);
    }
  });

  test('a deleted field, in ten chats at once', async () => {
    const { adapter, contacts, crm } = trial();
    crm.refusals.deletedFields.add(field);
    const people = ten.map((at) => visitor(at, withField()));
    expectWarned(await deliverToAll(adapter, people), traits.refusesUnknownFields ? ten : []);
    expect(reachable(contacts())).toHaveLength(10);
    expect(crm.logs()).toHaveLength(10);
  });

  if (traits.customerIdField !== null && traits.customerIdField !== 'extId:shop') {
    const customerId = { field: traits.customerIdField, value: 'K-1' };
    test('a deleted field for the customer id: the contact is found by the address', async () => {
      const { adapter, contacts, crm } = trial();
      crm.refusals.deletedFields.add(customerId.field);
      const id = contacts().add({ email: 'eva@example.com', ...aName });
      const delivery = await deliver(adapter, { person: aPerson({ customerId }) });
      expect(delivery).toMatchObject({ state: 'delivered', contactId: id });
      expect(contacts().all()).toHaveLength(1);
    });
  }

  test('a value that a dropdown does not have: everything else is written', async () => {
    const { adapter, contacts, crm } = trial();
    crm.refusals.dropdowns.add(field);
    const people = ten.map((at) => visitor(at, at === bad ? withField() : {}));
    expectWarned(await deliverToAll(adapter, people), [bad]);
    expect(reachable(contacts())).toHaveLength(10);
    expect(
      contacts()
        .all()
        .map(({ field }) => field),
    ).toEqual(ten.map(() => undefined));
    expect(crm.logs().filter((text) => visible(text).includes('did not accept'))).toHaveLength(1);
  });

  const without = { status: 400, body: { message: 'No.' } };

  test('something without saying what: name, address and number are written', async () => {
    const { adapter, contacts, crm } = trial();
    crm.server.inject({ on: contacts().isCreate, how: without });
    const delivery = await deliver(adapter, { person: aPerson({ ...withField(), countryCode: null }) });
    expect(delivery).toMatchObject({ state: 'delivered', warnings: [`${field} (400)`] });
    expect(contacts().all()).toMatchObject([{ ...aName, email: 'eva@example.com' }]);
    expect(contacts().all()[0]).not.toHaveProperty('field');
  });

  test('something without saying what, and again: the name alone is written', async () => {
    const { adapter, contacts, crm } = trial();
    for (const _ of [1, 2]) crm.server.inject({ on: contacts().isCreate, how: without });
    const delivery = await deliver(adapter, { person: aPerson(withField()) });
    expect(delivery).toMatchObject({ state: 'delivered' });
    expect(contacts().all()).toMatchObject([aName]);
    expect(contacts().all()[0]).not.toHaveProperty('email');
    expect(visible(crm.logs()[0])).toContain('did not accept the e-mail address eva@example.com');
  });

  test('any change of a known contact, without saying what: the note is on that contact', async () => {
    const { adapter, contacts, crm } = trial();
    const isChange = (request: Received) =>
      request.method !== 'GET' &&
      ![crm.isRead, crm.isTokenRequest, crm.isLog, contacts().isCreate].some((is) => is?.(request));
    for (const _ of ten) crm.server.inject({ on: isChange, how: without });
    const id = contacts().add({ email: 'eva@example.com', ...kept(traits, 'Evička', 'Nováková') });
    const delivery = await deliver(adapter, { person: aPerson({ phone, ...withField() }) });
    expect(delivery).toMatchObject({ state: 'delivered', contactId: id });
    expect(delivery.warnings).toContain('contact (400)');
    expect(contacts().all()).toMatchObject([{ email: 'eva@example.com', ...kept(traits, 'Evička', 'Nováková') }]);
    expect(crm.logs()).toHaveLength(1);
  });

  test('everything: the delivery is parked', async () => {
    const { adapter, contacts, crm } = trial();
    for (const _ of ten) crm.server.inject({ on: contacts().isCreate, how: without });
    expect(await deliver(adapter, { person: aPerson(withField()) })).toMatchObject({ state: 'parked' });
    expect(crm.server.requests.filter(contacts().isCreate).length).toBeLessThan(9);
  });

  test.each([401, 429, 503])('everything for now (%i): nothing is left out', async (status) => {
    const { adapter, contacts, crm } = trial();
    for (const _ of [1, 2]) crm.server.inject({ on: contacts().isCreate, how: { status, body: {} } });
    expect(await deliver(adapter, { person: aPerson(withField()) })).toMatchObject({ state: 'pending', warnings: [] });
    expect(contacts().all()).toEqual([]);
  });
});
