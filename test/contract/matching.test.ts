import { describe, expect, test } from '@jest/globals';
import type { Person } from '../../lambda/crm/port/adapter.ts';
import { aConversation } from '../fixtures/conversation.ts';
import { deliver } from './delivering.ts';
import { aPerson, failure, kept, nobody, upsert } from './driving.ts';
import type { Contact, Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { declared, useTrial } from './trial.ts';

const phone = '+420601123456';
const keepers = Object.entries(subjects).filter(([, { contacts }]) => contacts !== null);

describe.each(keepers)('%s: a contact', (_, subject: Subject) => {
  const trial = useTrial(subject);
  const traits = declared(subject.contacts);
  const { customerIdField } = traits;
  const aName = kept(traits);
  const customerId = { field: customerIdField ?? '', value: 'K-1001' };

  test('is matched by the address in any case of letters, and not by a part of it', async () => {
    const { adapter, contacts } = trial();
    const longer = contacts().add({ email: 'dita.eva@example.com', ...aName });
    const id = contacts().add({ email: 'Eva@Example.com', ...aName });
    expect(await upsert(adapter, aPerson())).toBe(id);
    expect(await upsert(adapter, aPerson({ email: 'dita.eva@example.com' }))).toBe(longer);
    expect(contacts().all()).toHaveLength(2);
  });

  if (traits.phone) {
    test('is matched by phone where there is no address, and gets the number that it lacks', async () => {
      const { adapter, contacts } = trial();
      const person = aPerson({ email: null, phone });
      const id = contacts().add({ email: 'jan@example.com', phone, ...aName });
      contacts().add({ email: 'eva@example.com', ...aName });
      expect(await upsert(adapter, person)).toBe(id);
      await upsert(adapter, aPerson({ phone: '+420777888999' }));
      expect(contacts().all()).toMatchObject([
        { email: 'jan@example.com', phone },
        { email: 'eva@example.com', phone: '+420777888999' },
      ]);
    });

    test('is matched by phone where nobody has the address, and gets the address', async () => {
      const { adapter, contacts } = trial();
      const id = contacts().add({ phone, ...aName });
      expect(await upsert(adapter, aPerson({ phone }))).toBe(id);
      expect(contacts().all()).toMatchObject([{ email: 'eva@example.com', phone }]);
    });

    test('is created with a phone alone, once', async () => {
      const { adapter, contacts } = trial();
      const person = aPerson({ email: null, phone, name: null });
      expect(await upsert(adapter, person)).toBe(await upsert(adapter, person));
      expect(contacts().all()).toMatchObject([{ phone }]);
    });
  }

  if (customerIdField !== null) {
    test("is matched by the shop's customer id where there is neither, and gets the id that it lacks", async () => {
      const { adapter, contacts } = trial();
      const id = contacts().add({ email: 'jan@example.com', customerId: 'K-1001', ...aName });
      contacts().add({ email: 'eva@example.com', ...aName });
      expect(await upsert(adapter, aPerson({ email: null, customerId }))).toBe(id);
      await upsert(adapter, aPerson({ customerId: { ...customerId, value: 'K-1002' } }));
      expect(contacts().all()).toMatchObject([{ customerId: 'K-1001' }, { customerId: 'K-1002' }]);
    });

    test('is matched by the customer id where nobody has the address, and gets the address', async () => {
      const { adapter, contacts } = trial();
      const id = contacts().add({ customerId: 'K-1001', ...aName });
      expect(await upsert(adapter, aPerson({ customerId }))).toBe(id);
      expect(contacts().all()).toMatchObject([{ email: 'eva@example.com', customerId: 'K-1001' }]);
    });

    test('is created with a customer id alone, once, and named as soon as the name is known', async () => {
      const { adapter, contacts } = trial();
      const person = aPerson({ ...nobody, customerId });
      const id = await upsert(adapter, person);
      expect(await upsert(adapter, person)).toBe(id);
      expect(contacts().all()).toMatchObject([{ customerId: 'K-1001' }]);
      await upsert(adapter, { ...person, name: 'Eva Horáková' }, id);
      expect(contacts().all()).toMatchObject([{ customerId: 'K-1001', ...aName }]);
    });
  }

  if (traits.severalBy !== null) {
    const shared: Contact = { email: 'eva@example.com', phone, customerId: 'K-1001' };
    const has = (key: string) => key === traits.severalBy;
    const person: Person = aPerson({
      email: has('email') ? 'eva@example.com' : null,
      phone: has('phone') ? phone : null,
      customerId: has('customerId') ? customerId : null,
    });

    test('among several is chosen by the policy', async () => {
      const { open, contacts } = trial();
      const common = { ...aName, [traits.severalBy ?? '']: shared[traits.severalBy ?? 'email'] };
      const middle = contacts().add(common, new Date('2025-06-01T00:00:00Z'));
      const newest = contacts().add(common, new Date('2026-01-01T00:00:00Z'));
      const oldest = contacts().add(common, new Date('2024-01-01T00:00:00Z'));
      expect(await upsert(await open({}), person)).toBe(oldest);
      expect(await upsert(await open({ changes: { onMultipleMatches: 'newest' } }), person)).toBe(newest);
      const { fault, message } = await failure(upsert(await open({ changes: { onMultipleMatches: 'park' } }), person));
      expect(fault).toEqual({ kind: 'permanent' });
      for (const id of [middle, newest, oldest]) expect(message).toContain(id);
      expect(contacts().all()).toHaveLength(3);
    });
  }
});

describe.each(keepers.filter(([, { contacts }]) => contacts?.phone))(
  '%s: a number that is shared',
  (_, subject: Subject) => {
    const trial = useTrial(subject);
    const alena: Contact = {
      email: 'ucetni@example.com',
      phone,
      ...kept(declared(subject.contacts), 'Alena', 'Účetní'),
    };
    const borek = aPerson({ email: 'skladnik@example.com', name: 'Bořek Skladník', phone });

    test('with another address and another name is another person', async () => {
      const { adapter, contacts } = trial();
      const id = contacts().add(alena);
      const delivery = await deliver(adapter, { person: borek });
      expect(delivery).toMatchObject({ state: 'delivered' });
      expect(delivery.contactId).not.toBe(id);
      expect(contacts().all()).toMatchObject([{ email: 'ucetni@example.com' }, { email: 'skladnik@example.com' }]);
    });

    test.each([
      ['the same name', { name: 'Alena Účetní' }],
      ['the same name in another order and without accents', { name: 'ucetni alena' }],
      ['no name', { name: 'Visitor 12345' }],
      ['no address', { email: null }],
    ])('with %s is the same person', async (_what, parts) => {
      const { adapter, contacts } = trial();
      const id = contacts().add(alena);
      expect(await deliver(adapter, { person: { ...borek, ...parts } })).toMatchObject({ contactId: id });
      expect(contacts().all()).toHaveLength(1);
    });

    test('is always, or never, the same person if so configured', async () => {
      const { open, contacts } = trial();
      const id = contacts().add(alena);
      const always = await open({ changes: { matchByPhone: 'always' } });
      expect(await deliver(always, { person: borek })).toMatchObject({ contactId: id });
      const never = await open({ changes: { matchByPhone: 'never' } });
      const other = await deliver(never, {
        person: { ...borek, name: 'Alena Účetní' },
        conversation: aConversation({ id: '208:2', messages: [] }),
      });
      expect(other).toMatchObject({ state: 'delivered' });
      expect(other.contactId).not.toBe(id);
    });
  },
);
