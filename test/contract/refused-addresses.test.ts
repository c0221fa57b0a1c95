import { describe, expect, test } from '@jest/globals';
import { aFollowUp } from '../fixtures/conversation.ts';
import { deliver } from './delivering.ts';
import { aPerson, kept, nobody } from './driving.ts';
import {
  bad,
  chat,
  deliverToAll,
  expectWarned,
  keepers,
  kindsOf,
  phone,
  reachable,
  ten,
  visible,
  visitor,
} from './refusing.ts';
import type { Subject } from './subject.ts';
import { declared, useTrial } from './trial.ts';

describe.each(keepers)('%s: what the CRM refuses of a person', (_, subject: Subject) => {
  const trial = useTrial(subject);
  const traits = declared(subject.contacts);
  const { refusedEmail, textPlace } = traits;
  const aName = kept(traits);
  const [kind] = kindsOf(subject);
  const followUp = kind === undefined ? null : aFollowUp({ kind });

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
      expectWarned(await deliverToAll(adapter, people), [bad]);
      expect(reachable(contacts())).toHaveLength(9);
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

  if (traits.canKeepPhonesUnique) {
    test("a number that another contact has: the note goes to the address's owner", async () => {
      const { adapter, contacts, crm } = trial();
      crm.refusals.keepsPhonesUnique = true;
      contacts().add({ email: 'ucetni@example.com', phone, ...kept(traits, 'Alena', 'Účetní') });
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
});
