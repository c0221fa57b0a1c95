import { describe, expect, test } from '@jest/globals';
import type { Person } from '../../lambda/crm/port/adapter.ts';
import { aPerson, failure, nobody, upsert } from './driving.ts';
import type { Contact, Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { declared, useTrial } from './trial.ts';

const phone = '+420601123456';
const keepers = Object.entries(subjects).filter(([, { contacts }]) => contacts !== null);

describe.each(keepers)('%s: a contact', (_, subject: Subject) => {
  const trial = useTrial(subject);
  const traits = declared(subject.contacts);
  const { customerIdField } = traits;
  const aName: Contact = traits.names === 'whole' ? { name: 'Eva Horáková' } : { first: 'Eva', last: 'Horáková' };
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
