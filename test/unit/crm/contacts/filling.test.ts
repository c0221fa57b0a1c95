import { describe, expect, test } from '@jest/globals';
import { companyDomainOf, companyOf, nameToFill, newName } from '../../../../lambda/crm/contacts/filling.ts';
import { aPerson, nobody } from '../../../contract/driving.ts';

describe('a new contact’s name', () => {
  test.each([
    ['Eva Horáková', { first: 'Eva', last: 'Horáková' }],
    ['Eva', { last: 'Eva' }],
    ['Visitor 12', { last: 'eva.h' }],
    [null, { last: 'eva.h' }],
  ])('that was typed as %j', (name, expected) => {
    expect(newName(aPerson({ name, email: 'eva.h@example.com' }))).toEqual(expected);
  });

  test('made of an address is not a formula, and is recognised as a placeholder', () => {
    const person = aPerson({ name: null, email: '=1+1@example.com' });
    const { last } = newName(person);
    expect(last).toBe('1+1');
    const there = { first: null, last, email: person.email, phone: null };
    expect(nameToFill(there, { ...person, name: 'Eva Horáková' })).toEqual({ first: 'Eva', last: 'Horáková' });
  });

  test.each(['jan@posta', 'jan.posta.example', '(123) 45-67'])('is %j if that is all that was left', (typed) => {
    const person = aPerson({ ...nobody, unusable: [typed] });
    const { last } = newName(person);
    expect(last).toBe(typed);
    expect(newName({ ...person, name: 'Eva Horáková' }).last).toBe('Horáková');
    const there = { first: null, last, email: null, phone: null };
    expect(nameToFill(there, { ...person, name: 'Eva Horáková' })).toEqual({ first: 'Eva', last: 'Horáková' });
  });

  test('that was typed as an address is replaced once the address can be read', () => {
    const there = { first: null, last: 'jan@posta', email: null, phone: null };
    expect(nameToFill(there, aPerson({ name: 'Jan Novák' }))).toEqual({ first: 'Jan', last: 'Novák' });
  });

  test('is a placeholder if nothing is known', () => {
    expect(newName(aPerson({ ...nobody, phone: '+420601123456' }))).toEqual({ last: '+420601123456' });
    expect(newName(aPerson(nobody)).last).not.toBe('');
  });
});

test('a contact’s company is what the name says, else what the address says', () => {
  expect(companyOf(aPerson({ name: 'ACME s.r.o.', company: 'shop.example' }))).toBe('ACME s.r.o.');
  expect(companyOf(aPerson({ name: 'Eva Malá', company: 'acme.example' }))).toBe('acme.example');
  expect(companyOf(aPerson({ name: 'Eva Malá' }))).toBeNull();
});

describe('an existing contact’s name', () => {
  const contact = { first: null, last: 'eva', email: 'eva@example.com', phone: null };

  test.each([
    ['a placeholder', contact, 'Eva Horáková', { first: 'Eva', last: 'Horáková' }],
    ['a placeholder, and half a name', contact, 'Eva', { last: 'Eva' }],
    ['a placeholder beside the same first name', { ...contact, first: 'EVA' }, 'Eva Horáková', { last: 'Horáková' }],
    ['a placeholder beside another first name', { ...contact, first: 'Jana' }, 'Eva Horáková', {}],
    [
      'a first name in the place of the last',
      { ...contact, email: null, last: 'Eva' },
      'Eva Malá',
      { first: 'Eva', last: 'Malá' },
    ],
    ['the same last name', { ...contact, last: 'Horakova' }, 'Eva Horáková', { first: 'Eva' }],
    ['another last name', { ...contact, last: 'Malá' }, 'Eva Horáková', {}],
    ['a name, and no name to fill', { ...contact, last: 'Malá' }, 'Visitor 7', {}],
    ['a placeholder, and no name to fill', contact, null, {}],
    ['all of it', { ...contact, first: 'Eva', last: 'Horáková' }, 'Eva Horáková', {}],
  ])('is filled: %s', (_, there, name, expected) => {
    expect(nameToFill(there, aPerson({ name }))).toEqual(expected);
  });
});

test.each([
  'gmail.com',
  'seznam.cz',
  'volny.cz',
  'azet.sk',
  'wp.pl',
  'freemail.hu',
  'gmx.de',
  'libero.it',
  'orange.fr',
])('an address at %s tells no company', async (domain) => {
  expect(await companyDomainOf(`jan.novak@${domain}`)).toBeNull();
});

test('another address tells its company’s domain', async () => {
  expect(await companyDomainOf('jan.novak@acme.example')).toBe('acme.example');
});
