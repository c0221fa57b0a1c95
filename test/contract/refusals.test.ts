import { describe, expect, test } from '@jest/globals';
import { visibleText } from '../../lambda/crm/notes/reference.ts';
import type { FollowUpKind, Person } from '../../lambda/crm/port/adapter.ts';
import { aConversation, aFollowUp } from '../fixtures/conversation.ts';
import type { Received } from '../support/fake-server.ts';
import { deliver, deliverAll } from './delivering.ts';
import { aPerson, nobody } from './driving.ts';
import type { Contact, Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { declared, useTrial } from './trial.ts';

const keepers = Object.entries(subjects).filter(([, { contacts }]) => contacts !== null);
const phone = '+420601123456';
const ten = Array.from({ length: 10 }, (_, at) => at);
const bad = 7;
const chat = aConversation({ messages: [], outcome: 'missed' });

const visitor = (at: number, parts: Partial<Person> = {}): Person =>
  aPerson({ email: `visitor-${at}@example.com`, name: `Eva Nováková-${'abcdefghij'[at]}`, ...parts });

describe.each(keepers)('%s: what the CRM refuses', (_, subject: Subject) => {
  const trial = useTrial(subject);
  const traits = declared(subject.contacts);
  const { refusedEmail, textPlace, field } = traits;
  const aName: Contact = traits.names === 'whole' ? { name: 'Eva Horáková' } : { first: 'Eva', last: 'Horáková' };
  const kinds = Object.keys(subject.followUps) as FollowUpKind[];
  const [kind] = kinds;
  const followUp = kind === undefined ? null : aFollowUp({ kind });
  const withField = (value = 'Gold') => ({ fields: [{ name: field, value, overwrite: false }] });
  const visible = (text: string | undefined) => visibleText(text ?? '');

  if (refusedEmail !== null) {
    test('an address: the contact is made by name, and the address stands in the transcript alone', async () => {
      const { adapter, contacts, crm } = trial();
      const delivery = await deliver(adapter, {
        person: aPerson({ email: refusedEmail }),
        conversation: chat,
        followUp,
      });
      expect(delivery).toMatchObject({ state: 'delivered', reason: null });
      expect(contacts().all()).toMatchObject([aName]);
      expect(contacts().all()[0]).not.toHaveProperty('email');
      expect(visible(crm.logs()[0])).toMatch(new RegExp(`did not accept the e-mail address ${refusedEmail}`));
      expect(delivery.warnings).toHaveLength(1);
      expect(JSON.stringify(delivery)).not.toContain(refusedEmail);
      if (followUp !== null) expect(trial().followUps().all()).toHaveLength(1);
    });

    test('an address again: the same contact is used for the changed chat', async () => {
      const { adapter, contacts, crm } = trial();
      const person = aPerson({ email: refusedEmail });
      const before = await deliver(adapter, { person, conversation: chat });
      const changed = { ...chat, rating: { score: 1, comment: 'Rude' } };
      const after = await deliver(adapter, { person, conversation: changed, before });
      expect(after).toMatchObject({ state: 'delivered', contactId: before.contactId });
      expect(contacts().all()).toHaveLength(1);
      expect(visible(crm.logs()[0])).toContain('Rude');
    });

    test('one address among ten: the nine others keep theirs', async () => {
      const { adapter, contacts, crm } = trial();
      const people = ten.map((at) => visitor(at, at === bad ? { email: refusedEmail } : {}));
      const deliveries = await deliverAll(
        adapter,
        people.map((person) => ({ person })),
      );
      expect(deliveries.map(({ state }) => state)).toEqual(ten.map(() => 'delivered'));
      expect(deliveries.flatMap(({ warnings }, at) => (warnings.length > 0 ? [at] : []))).toEqual([bad]);
      expect(
        contacts()
          .all()
          .filter(({ email }) => email !== undefined),
      ).toHaveLength(9);
      expect(contacts().all()).toHaveLength(10);
      expect(crm.logs()).toHaveLength(10);
    });

    if (traits.phone) {
      test('an address: the contact with the number is found', async () => {
        const { adapter, contacts } = trial();
        const id = contacts().add({ phone, ...aName });
        const delivery = await deliver(adapter, { person: aPerson({ email: refusedEmail, phone }) });
        expect(delivery).toMatchObject({ state: 'delivered', contactId: id });
        expect(contacts().all()).toHaveLength(1);
      });

      test('an address: a new contact has the number, and the address as text if there is a place', async () => {
        const { adapter, contacts } = trial();
        await deliver(adapter, { person: aPerson({ email: refusedEmail, phone }) });
        expect(contacts().all()).toMatchObject([{ ...aName, phone }]);
        if (textPlace) expect(contacts().all()[0]?.remark).toContain(refusedEmail);
      });
    }

    if (textPlace) {
      test('an address: the new contact has it as text', async () => {
        const { adapter, contacts } = trial();
        await deliver(adapter, { person: aPerson({ email: refusedEmail }) });
        expect(contacts().all()[0]?.remark).toContain(refusedEmail);
      });
    }
  }

  if (traits.maxEmailLength !== null) {
    test('an address that is too long: all but that is written', async () => {
      const { adapter, contacts, crm } = trial();
      const email = `${'eva-'.repeat(12)}@${'long-'.repeat(20)}example.com`;
      expect(email.length).toBeGreaterThan(declared(traits.maxEmailLength));
      const delivery = await deliver(adapter, { person: aPerson({ email, phone }) });
      expect(delivery).toMatchObject({ state: 'delivered' });
      expect(delivery.warnings).toHaveLength(1);
      expect(contacts().all()).toMatchObject([{ ...aName, phone }]);
      expect(visible(crm.logs()[0])).toContain(email);
    });
  }

  test('no address or number that is none: it is kept as text where there is a place', async () => {
    const { adapter, contacts } = trial();
    const person = aPerson({ ...nobody, name: 'Eva Horáková', unusable: ['eva@seznam', '601 12'] });
    expect(await deliver(adapter, { person })).toMatchObject({ state: 'delivered', warnings: [] });
    expect(contacts().all()).toMatchObject([aName]);
    if (textPlace) expect(contacts().all()[0]?.remark).toBe('Smartsupp: eva@seznam, 601 12');
  });

  test('a deleted field: everything else is written, for a new contact and for a known one', async () => {
    const { adapter, contacts, crm } = trial();
    crm.refusals.deletedFields.add(field);
    contacts().add({ email: 'visitor-1@example.com', ...aName });
    const people = [visitor(0, withField()), visitor(1, withField())];
    const deliveries = await deliverAll(
      adapter,
      people.map((person) => ({ person })),
    );
    expect(deliveries.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    expect(
      contacts()
        .all()
        .map(({ email }) => email)
        .toSorted(),
    ).toEqual(people.map(({ email }) => email));
    expect(crm.logs()).toHaveLength(2);
    if (traits.refusesUnknownFields) {
      for (const { warnings } of deliveries) expect(warnings).toEqual([expect.stringContaining(field)]);
      expect(visible(crm.logs()[0])).toContain(`did not accept the field "${field}": Gold`);
    }
  });

  test('a deleted field, in ten chats at once', async () => {
    const { adapter, contacts, crm } = trial();
    crm.refusals.deletedFields.add(field);
    const deliveries = await deliverAll(
      adapter,
      ten.map((at) => ({ person: visitor(at, withField()) })),
    );
    expect(deliveries.map(({ state }) => state)).toEqual(ten.map(() => 'delivered'));
    expect(
      contacts()
        .all()
        .filter(({ email }) => email !== undefined),
    ).toHaveLength(10);
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
    const deliveries = await deliverAll(
      adapter,
      people.map((person) => ({ person })),
    );
    expect(deliveries.map(({ state }) => state)).toEqual(ten.map(() => 'delivered'));
    expect(deliveries.flatMap(({ warnings }, at) => (warnings.length > 0 ? [at] : []))).toEqual([bad]);
    expect(
      contacts()
        .all()
        .filter(({ email }) => email !== undefined),
    ).toHaveLength(10);
    expect(
      contacts()
        .all()
        .filter((contact) => contact.field !== undefined),
    ).toEqual([]);
    expect(crm.logs().filter((text) => visible(text).includes('did not accept'))).toHaveLength(1);
  });

  const users = traits.owners ?? traits.noteOwners;
  if (users !== null) {
    const [gone, here] = users;
    test('an owner who has left: contact, note and follow-up are written without', async () => {
      const { adapter, contacts, crm } = trial();
      crm.refusals.goneUsers.add(gone);
      contacts().add({ email: 'visitor-1@example.com', ...aName });
      const deliveries = await deliverAll(
        adapter,
        ten.map((at) => {
          const ownerId = at === bad || at === 1 ? gone : here;
          return {
            person: visitor(at, { ownerId }),
            conversation: { ...chat, id: `208:${at + 1}` },
            ownerId,
            followUp,
          };
        }),
      );
      expect(deliveries.map(({ state, reason }) => [state, reason])).toEqual(ten.map(() => ['delivered', null]));
      expect(contacts().all()).toHaveLength(10);
      expect(crm.logs()).toHaveLength(10);
      expect(declared(deliveries[bad]).warnings).toHaveLength(1);
      if (followUp !== null) {
        const made = trial().followUps().all();
        expect(made).toHaveLength(10);
        expect(made.filter(({ ownerId }) => ownerId === gone)).toEqual([]);
      }
    });
  }

  if (traits.takesInactiveOwners) {
    const [gone, here] = declared(traits.owners);
    test.each(kinds)(
      'an owner who cannot log in any more is taken: the %s is not theirs, and `check` tells',
      async (as) => {
        const { adapter, open, contacts, crm } = trial();
        crm.refusals.inactiveUsers.add(gone);
        contacts().add({ email: 'visitor-1@example.com', ...aName, ownerId: here });
        const delivery = await deliver(adapter, {
          person: visitor(1, { ownerId: gone }),
          conversation: chat,
          ownerId: gone,
          followUp: aFollowUp({ kind: as }),
        });
        expect(delivery).toMatchObject({
          state: 'delivered',
          reason: null,
          warnings: [expect.stringContaining('inactive')],
        });
        const [made] = trial().followUps().all();
        expect(made).toMatchObject(as === 'task' ? { kind: as, ownerId: here } : { kind: as });
        expect(made?.ownerId).not.toBe(gone);
        const misled = await open({ changes: { owners: { fallback: gone } } });
        expect(await misled.check()).toMatchObject([{ problem: expect.stringContaining(gone) }]);
      },
    );

    test('the fallback, too: the follow-up is the user’s whose credentials we have', async () => {
      const { open, contacts, crm } = trial();
      crm.refusals.inactiveUsers.add(gone);
      contacts().add({ email: 'visitor-1@example.com', ...aName, ownerId: gone });
      const adapter = await open({ changes: { owners: { fallback: gone } } });
      const person = visitor(1, { ownerId: gone });
      const delivery = await deliver(adapter, { person, conversation: chat, ownerId: gone, followUp });
      expect(delivery).toMatchObject({ state: 'delivered', warnings: [expect.stringContaining('inactive')] });
      expect(trial().followUps().all()).toHaveLength(1);
      expect(trial().followUps().all()[0]?.ownerId).not.toBe(gone);
    });
  }

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
    const id = contacts().add({ email: 'eva@example.com', ...asKept('Evička', 'Nováková') });
    const delivery = await deliver(adapter, { person: aPerson({ phone, ...withField() }) });
    expect(delivery).toMatchObject({ state: 'delivered', contactId: id });
    expect(delivery.warnings).toContain('contact (400)');
    expect(contacts().all()).toMatchObject([{ email: 'eva@example.com', ...asKept('Evička', 'Nováková') }]);
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

  if (traits.canKeepPhonesUnique) {
    test("a number that another contact has: the note goes to the address's owner", async () => {
      const { adapter, contacts, crm } = trial();
      crm.refusals.keepsPhonesUnique = true;
      contacts().add({ email: 'ucetni@example.com', phone, ...asKept('Alena', 'Účetní') });
      const id = contacts().add({ email: 'eva@example.com', ...aName });
      const found = await deliver(adapter, { person: aPerson({ phone }), conversation: chat });
      expect(found).toMatchObject({ state: 'delivered', contactId: id });
      const made = await deliver(adapter, { person: visitor(0, { phone }) });
      expect(made).toMatchObject({ state: 'delivered' });
      expect(contacts().all()).toHaveLength(3);
      expect(
        contacts()
          .all()
          .filter((contact) => contact.phone === phone),
      ).toHaveLength(1);
      expect(visible(crm.logs()[0])).toContain(`did not accept the phone number ${phone}`);
    });
  }

  if (subject.suspends) {
    test('a person whom agents have suspended: the chat is skipped, with that reason', async () => {
      const { adapter, contacts, crm } = trial();
      crm.refusals.suspended.add(contacts().add({ email: 'eva@example.com', ...aName }));
      const delivery = await deliver(adapter, { person: aPerson() });
      expect(delivery).toMatchObject({ state: 'skipped', reason: expect.stringContaining('suspended') });
      expect(crm.logs()).toEqual([]);
    });
  }

  function asKept(first: string, last: string): Contact {
    return traits.names === 'whole' ? { name: `${first} ${last}` } : { first, last };
  }
});

describe.each(keepers.filter(([, { contacts }]) => contacts?.phone))(
  '%s: a number that is shared',
  (_, subject: Subject) => {
    const trial = useTrial(subject);
    const asKept = (first: string, last: string): Contact =>
      subject.contacts?.names === 'whole' ? { name: `${first} ${last}` } : { first, last };
    const alena: Contact = { email: 'ucetni@example.com', phone, ...asKept('Alena', 'Účetní') };
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
        conversation: { ...chat, id: '208:2' },
      });
      expect(other).toMatchObject({ state: 'delivered' });
      expect(other.contactId).not.toBe(id);
    });
  },
);
