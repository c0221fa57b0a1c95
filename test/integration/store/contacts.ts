import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PersonAt } from '../../../lambda/delivery/ports.ts';
import { createContactLocks, createPersons } from '../../../lambda/store/contacts.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { type Clock, createClock, newChannel, retention, type StoreTests } from './support.ts';

export const contactTests: StoreTests = (table) => {
  let clock: Clock;
  let person: PersonAt;
  beforeEach(() => {
    clock = createClock();
    person = { personKey: `email#eva${newChannel()}@example.com`, destination: 'crm' };
  });
  const locks = () => createContactLocks(table(), { ...retention, now: clock.now });
  const acquire = (at = person) => locks().acquire(at, clock.inSeconds(30));
  const nobody = { kind: 'acquired', contactId: undefined };

  test('is acquired by one of twenty at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => acquire()));
    expect(all.filter(({ kind }) => kind === 'acquired')).toEqual([nobody]);
  });

  test('has the contact for the next, once it was given back with one', async () => {
    await acquire();
    await locks().release(person, clock.inSeconds(30), '77');
    expect(await acquire()).toEqual({ kind: 'acquired', contactId: '77' });
  });

  test('keeps the contact that was known, if it is given back without one', async () => {
    await acquire();
    await locks().release(person, clock.inSeconds(30), '77');
    await acquire();
    await locks().release(person, clock.inSeconds(30));
    expect(await acquire()).toEqual({ kind: 'acquired', contactId: '77' });
  });

  test('is known to be acquired, if the answer was lost and the update was sent again', async () => {
    const twice: Table = {
      ...table(),
      update: async (...asked) => {
        await table().update(...asked);
        return table().update(...asked);
      },
    };
    const repeating = createContactLocks(twice, { ...retention, now: clock.now });
    expect(await repeating.acquire(person, clock.inSeconds(30))).toEqual(nobody);
    expect(await acquire()).toEqual({ kind: 'busy' });
  });

  test('is another at another destination', async () => {
    await acquire();
    expect(await acquire({ ...person, destination: 'other' })).toEqual(nobody);
  });

  test('is free for the next if the first one failed', async () => {
    await acquire();
    await locks().release(person, clock.inSeconds(30));
    expect(await acquire()).toEqual(nobody);
  });

  test('runs out at its time if the first one died, and not before', async () => {
    await acquire();
    clock.pass(29);
    expect(await acquire()).toEqual({ kind: 'busy' });
    clock.pass(1);
    expect(await acquire()).toEqual(nobody);
  });

  test('that has passed to another is not given back by the first, and nothing it says is kept', async () => {
    const until = clock.inSeconds(30);
    await acquire();
    clock.pass(31);
    await acquire();
    await locks().release(person, until, 'late');
    expect(await acquire()).toEqual({ kind: 'busy' });
    await locks().release(person, clock.inSeconds(30), 'in time');
    expect(await acquire()).toEqual({ kind: 'acquired', contactId: 'in time' });
  });

  describe('of a person who is forgotten', () => {
    test('tells of no contact any more, at any destination', async () => {
      const persons = createPersons(table());
      for (const at of [person, { ...person, destination: 'other' }]) {
        await acquire(at);
        await locks().release(at, clock.inSeconds(30), '77');
      }
      const known = ['crm', 'other'].map((destination) => ({ destination, contactId: '77' }));
      expect(await persons.contactsOf(person.personKey)).toEqual(known);
      await persons.forget(person.personKey);
      expect(await persons.contactsOf(person.personKey)).toEqual([]);
      expect(await acquire()).toEqual(nobody);
    });

    test('is not brought back by one who still held it', async () => {
      const persons = createPersons(table());
      await acquire();
      await persons.forget(person.personKey);
      await locks().release(person, clock.inSeconds(30), '77');
      expect(await persons.contactsOf(person.personKey)).toEqual([]);
    });
  });

  test('of one who was never met is none', async () => {
    expect(await createPersons(table()).contactsOf('email#nobody@example.com')).toEqual([]);
  });
};
