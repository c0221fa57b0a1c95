import { describe, expect, test } from '@jest/globals';
import { nameToFill, newName } from '../../../../lambda/crm/contacts/contact-name.ts';
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

  test('is a stand-in where nothing is known', () => {
    expect(newName(aPerson({ ...nobody, phone: '+420601123456' }))).toEqual({ last: '+420601123456' });
    expect(newName(aPerson(nobody)).last).not.toBe('');
  });
});

describe('a name that is there', () => {
  const contact = { first: null, last: 'eva', email: 'eva@example.com', phone: null };

  test.each([
    ['a stand-in', contact, 'Eva Horáková', { first: 'Eva', last: 'Horáková' }],
    ['a stand-in, and half a name', contact, 'Eva', { last: 'Eva' }],
    ['a stand-in beside the same first name', { ...contact, first: 'EVA' }, 'Eva Horáková', { last: 'Horáková' }],
    ['a stand-in beside another first name', { ...contact, first: 'Jana' }, 'Eva Horáková', {}],
    [
      'a first name in the place of the last',
      { ...contact, email: null, last: 'Eva' },
      'Eva Malá',
      { first: 'Eva', last: 'Malá' },
    ],
    ['the same last name', { ...contact, last: 'Horakova' }, 'Eva Horáková', { first: 'Eva' }],
    ['another last name', { ...contact, last: 'Malá' }, 'Eva Horáková', {}],
    ['a name, and no name to fill', { ...contact, last: 'Malá' }, 'Visitor 7', {}],
    ['a stand-in, and no name to fill', contact, null, {}],
    ['all of it', { ...contact, first: 'Eva', last: 'Horáková' }, 'Eva Horáková', {}],
  ])('is filled: %s', (_, there, name, expected) => {
    expect(nameToFill(there, aPerson({ name }))).toEqual(expected);
  });
});
