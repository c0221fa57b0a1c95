import { beforeEach, expect, test } from '@jest/globals';
import { createContacts } from '../../../lambda/store/contacts.ts';
import { createPersons } from '../../../lambda/store/persons.ts';
import { type Clock, createClock, newChannel, retention, type StoreTests } from './support.ts';

const contact = { contactId: '77', told: 'name and e-mail' };

export const contactTests: StoreTests = (table) => {
  let clock: Clock;
  let person: { readonly personKey: string; readonly destination: string };
  beforeEach(() => {
    clock = createClock();
    person = { personKey: `email#eva${newChannel()}@example.com`, destination: 'crm' };
  });
  const contacts = () => createContacts(table(), { ...retention, now: clock.now });
  const inSeconds = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000);
  const claim = () => contacts().claim(person, inSeconds(30));

  test('is created by one of twenty, and known to all afterwards', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, claim));
    expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
    expect(claims.filter(({ kind }) => kind === 'busy')).toHaveLength(19);
    await contacts().remember(person, contact);
    expect(await claim()).toEqual({ kind: 'known', ...contact });
  });

  test('is another at another destination', async () => {
    await contacts().remember(person, contact);
    expect(await contacts().claim({ ...person, destination: 'other' }, inSeconds(30))).toEqual({ kind: 'claimed' });
  });

  test('may be created by the next when the first failed', async () => {
    await claim();
    await contacts().release(person, inSeconds(30));
    expect(await claim()).toEqual({ kind: 'claimed' });
  });

  test('may be created by the next when the first died', async () => {
    await claim();
    clock.pass(31);
    expect(await claim()).toEqual({ kind: 'claimed' });
  });

  test('that is gone is forgotten, unless another is known by now', async () => {
    await contacts().remember(person, contact);
    await contacts().forget(person, 'another');
    expect(await claim()).toEqual({ kind: 'known', ...contact });
    await contacts().forget(person, contact.contactId);
    expect(await contacts().claim(person, inSeconds(30), { isFresh: true })).toEqual({ kind: 'claimed' });
  });

  test('is told of until all of the person’s chats are erased', async () => {
    const persons = createPersons(table());
    await contacts().remember(person, contact);
    const known = [{ destination: 'crm', contactId: contact.contactId }];
    await persons.forget(person.personKey, ['208:1'], { areAll: false });
    expect(await persons.contactsOf(person.personKey)).toEqual(known);
    await persons.forget(person.personKey, ['208:1'], { areAll: true });
    expect(await persons.contactsOf(person.personKey)).toEqual([]);
  });

  test('that is known is not forgotten by a late release', async () => {
    await claim();
    await contacts().remember(person, contact);
    await contacts().release(person, inSeconds(30));
    expect(await claim()).toEqual({ kind: 'known', ...contact });
  });

  test('that another creates by now is not given away by a late release', async () => {
    const until = inSeconds(30);
    await contacts().claim(person, until);
    clock.pass(31);
    await claim();
    await contacts().release(person, until);
    expect(await claim()).toEqual({ kind: 'busy', until: inSeconds(30) });
  });
};
