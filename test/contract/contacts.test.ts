import { describe, expect, test } from '@jest/globals';
import { aPerson, failure, kept, nobody, upsert } from './driving.ts';
import type { Contact, Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { declared, useTrial } from './trial.ts';

/** A contact's name however the CRM keeps it. */
const named = ({ first, last, name }: Contact = {}) => name ?? [first, last].filter(Boolean).join(' ');

const keepers = Object.entries(subjects).filter(([, { contacts }]) => contacts !== null);

describe.each(keepers)('%s: a visitor', (_, subject: Subject) => {
  const trial = useTrial(subject);
  const traits = declared(subject.contacts);

  test('becomes a contact with name and address', async () => {
    const { adapter, contacts } = trial();
    await upsert(adapter, aPerson());
    expect(contacts().all().map(named)).toEqual(['Eva Horáková']);
    expect(contacts().all()).toMatchObject([{ email: 'eva@example.com' }]);
  });

  test('who left a number that cannot be read has it as typed, in its field or as text, and is matched by it to nobody', async () => {
    const { adapter, contacts } = trial();
    const typed = aPerson({ typedPhone: '(123) 45-67' });
    await upsert(adapter, typed);
    const elsewhere = traits.textPlace ? { remark: 'Smartsupp: (123) 45-67' } : { email: 'eva@example.com' };
    expect(contacts().all()).toMatchObject([traits.typedPhone ? { phone: '(123) 45-67' } : elsewhere]);
    await upsert(adapter, { ...typed, email: 'adam@example.com', name: 'Adam Novák' });
    expect(contacts().all()).toHaveLength(2);
  });

  test('has the name as it was typed, since that is no markup', async () => {
    const { adapter, contacts } = trial();
    await upsert(adapter, aPerson({ name: "Zoë O'Hara & Söhne" }));
    const [contact] = contacts().all();
    expect(named(contact)).toContain("O'Hara");
    expect(named(contact)).toContain('& Söhne');
  });

  test('who returns is the same contact, whether known or found', async () => {
    const { adapter, contacts } = trial();
    const id = await upsert(adapter, aPerson());
    expect(await upsert(adapter, aPerson())).toBe(id);
    expect(await upsert(adapter, aPerson({ email: 'eva@elsewhere.example' }), id)).toBe(id);
    expect(contacts().all()).toHaveLength(1);
    expect(contacts().all()).toMatchObject([{ email: 'eva@example.com' }]);
  });

  test('whose contact was deleted is matched anew', async () => {
    const { adapter, contacts } = trial();
    const gone = await upsert(adapter, aPerson());
    contacts().remove(gone);
    const merged = contacts().add({ email: 'eva@example.com', ...kept(traits, 'Eva', 'Horáková') });
    expect(await upsert(adapter, aPerson(), gone)).toBe(merged);
    contacts().remove(merged);
    expect([gone, merged]).not.toContain(await upsert(adapter, aPerson(), merged));
    expect(contacts().all()).toHaveLength(1);
  });

  test('whose contact was archived is matched anew', async () => {
    const { adapter, contacts } = trial();
    const { archive = contacts().remove } = contacts();
    const archived = await upsert(adapter, aPerson());
    archive(archived);
    const anew = await upsert(adapter, aPerson(), archived);
    expect(anew).not.toBe(archived);
    expect(await upsert(adapter, aPerson(), anew)).toBe(anew);
  });

  test('never changes what stands there', async () => {
    const { adapter, contacts } = trial();
    contacts().add({ email: 'eva@example.com', ...kept(traits, 'Evička', 'Nováková') });
    await upsert(adapter, aPerson());
    expect(contacts().all().map(named)).toEqual(['Evička Nováková']);
  });

  if (traits.names === 'optional') {
    test('fills blanks', async () => {
      const { adapter, contacts } = trial();
      contacts().add({ email: 'eva@example.com' });
      await upsert(adapter, aPerson({ name: 'Ing. Eva Horáková' }));
      expect(contacts().all()).toMatchObject([{ first: 'Eva', last: 'Horáková' }]);
    });
  } else {
    test('without a name has a placeholder, until the name is known', async () => {
      const { adapter, contacts } = trial();
      const id = await upsert(adapter, aPerson({ name: 'Visitor 12345' }));
      expect(named(contacts().all()[0])).not.toBe('');
      expect(named(contacts().all()[0])).not.toContain('12345');
      await upsert(adapter, aPerson(), id);
      expect(contacts().all().map(named)).toEqual(['Eva Horáková']);
    });
  }

  if (traits.names !== 'whole') {
    test('fills half a name only beside the same other half', async () => {
      const { adapter, contacts } = trial();
      contacts().add({ email: 'a@example.com', last: 'Horáková' });
      contacts().add({ email: 'b@example.com', last: 'Svobodová' });
      await upsert(adapter, aPerson({ email: 'a@example.com' }));
      await upsert(adapter, aPerson({ email: 'b@example.com' }));
      expect(contacts().all().map(named)).toEqual(['Eva Horáková', 'Svobodová']);
    });
  }

  test('with a placeholder for a name replaces no name', async () => {
    const { adapter, contacts } = trial();
    const id = await upsert(adapter, aPerson());
    await upsert(adapter, aPerson({ name: 'Visitor 12345' }), id);
    expect(contacts().all().map(named)).toEqual(['Eva Horáková']);
  });

  test('who is anonymous is created unseen, and never taken for another', async () => {
    const { adapter, contacts, crm } = trial();
    const ids = [await upsert(adapter, aPerson(nobody)), await upsert(adapter, aPerson(nobody))];
    expect(new Set(ids).size).toBe(2);
    expect(contacts().all()).toHaveLength(2);
    expect(crm.server.requests.filter(contacts().isLookup)).toEqual([]);
  });

  if (traits.owners !== null) {
    const [karel, jana] = traits.owners;
    test('gets an owner when created, and none later', async () => {
      const { adapter, contacts } = trial();
      contacts().add({ email: 'jan@example.com', ...kept(traits, 'Jan', 'Novák') });
      await upsert(adapter, aPerson({ email: 'jan@example.com', ownerId: karel }));
      const id = await upsert(adapter, aPerson({ ownerId: karel }));
      await upsert(adapter, aPerson({ ownerId: jana }), id);
      const [jan, eva] = contacts().all();
      expect(jan?.ownerId).not.toBe(karel);
      expect(eva?.ownerId).toBe(karel);
    });
  }

  test('fills configured fields that are blank, and overwrites where told to', async () => {
    const { adapter, contacts } = trial();
    const fieldOf = (value: string, overwrite: boolean) => ({
      fields: [{ name: traits.field, value, overwrite }],
    });
    const id = await upsert(adapter, aPerson(fieldOf('Gold', false)));
    expect(contacts().all()).toMatchObject([{ field: 'Gold' }]);
    await upsert(adapter, aPerson(fieldOf('Silver', false)), id);
    expect(contacts().all()).toMatchObject([{ field: 'Gold' }]);
    await upsert(adapter, aPerson(fieldOf('Silver', true)), id);
    expect(contacts().all()).toMatchObject([{ field: 'Silver' }]);
    contacts().add({ email: 'jan@example.com', ...kept(traits, 'Jan', 'Novák') });
    await upsert(adapter, aPerson({ ...fieldOf('Bronze', false), email: 'jan@example.com' }));
    expect(contacts().all().at(-1)).toMatchObject({ field: 'Bronze' });
  });

  test('for whom the look-up fails is not taken for a stranger', async () => {
    const { adapter, contacts, crm } = trial();
    for (const how of [{ status: 500 }, { status: 429 }, 'reset', { status: 200, body: {} }] as const) {
      crm.server.inject({ on: contacts().isLookup, how });
      const error = await failure(upsert(adapter, aPerson()));
      expect(error).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: false });
    }
    expect(contacts().all()).toEqual([]);
  });

  if (traits.refusesDuplicates) {
    test('whom somebody else creates in between is taken over', async () => {
      const { adapter, contacts, crm } = trial();
      crm.server.inject({ on: contacts().isLookup, how: contacts().nobody });
      const id = contacts().add({ email: 'eva@example.com', ...kept(traits, 'Eva', 'Horáková') });
      const fields = [{ name: traits.field, value: 'Gold', overwrite: false }];
      expect(await upsert(adapter, aPerson({ fields }))).toBe(id);
      expect(contacts().all()).toMatchObject([{ field: 'Gold' }]);
    });
  }

  test('has their turn taken unless the CRM itself lets no two contacts have one address', () => {
    expect(trial().adapter.keepsEmailsUnique ?? false).toBe(traits.keepsEmailsUnique);
  });

  if (traits.keepsEmailsUnique) {
    test('who has three chats at the same moment is one contact', async () => {
      const { adapter, contacts } = trial();
      const person = aPerson();
      const ids = await Promise.all([upsert(adapter, person), upsert(adapter, person), upsert(adapter, person)]);
      expect(new Set(ids).size).toBe(1);
      expect(contacts().all()).toHaveLength(1);
    });
  }

  test.each([{ status: 500 }, 'reset', 'half'] as const)('created by a call that ends in %j is found', async (how) => {
    const { adapter, contacts, crm } = trial();
    crm.server.inject({ on: contacts().isCreate, how, takesEffect: true });
    const error = await failure(upsert(adapter, aPerson()));
    expect(error).toMatchObject({ fault: { kind: 'retryable' }, outcomeUnknown: true });
    await upsert(adapter, aPerson());
    expect(contacts().all()).toHaveLength(1);
  });

  test('whose address the CRM refuses is told of without the address', async () => {
    const { adapter, contacts, crm } = trial();
    const body = { message: 'Email address eva@example.com is invalid' };
    crm.server.inject({ on: contacts().isCreate, how: { status: 400, body } });
    const { message, fault } = await failure(upsert(adapter, aPerson()));
    expect(fault).toEqual({ kind: 'permanent' });
    expect(message).toContain('Email address … is invalid');
  });
});
