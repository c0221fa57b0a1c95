import { countryName } from '../../conversation/language.ts';
import { nameToFill, newName } from '../contacts/contact-name.ts';
import { fieldsOf, fieldsToFill, remarkOf, valuesOf } from '../contacts/filling.ts';
import { type Identity, isSameByPhone, type MatchPolicy, sameEmail } from '../contacts/matching.ts';
import type { PersonName } from '../contacts/person-name.ts';
import type { JsonObject } from '../http/shapes.ts';
import { oneLine } from '../notes/entry.ts';
import type { Person } from '../port/adapter.ts';
import type { Stored } from './shapes.ts';

/** EspoCRM's `maxLength` for names, and the shortest one that it had for titles. */
const maxTextLength = 100;

export function newContact(person: Person): JsonObject {
  const remark = remarkOf(person, person.typedPhone);
  return {
    ...named(newName(person)),
    ...(remark !== null && { description: remark }),
    ...valuesOf(fieldsIn(person)),
    ...(person.ownerId !== null && { assignedUserId: person.ownerId }),
  };
}

export function toFill(contact: Stored, person: Person): JsonObject {
  const { firstName: first, lastName: last, emailAddress: email, phoneNumber: phone } = contact;
  const missing = fieldsToFill(fieldsIn(person), (name) => contact[name]);
  return {
    ...named(nameToFill({ first, last, email, phone }, person)),
    ...valuesOf(missing),
  };
}

/** EspoCRM also reports people of the same name as duplicates. */
export function isSamePerson(contact: Stored, person: Person, matchByPhone: MatchPolicy['matchByPhone']): boolean {
  const { email, phone } = person;
  const hasEmail = email !== null && valuesIn(contact, 'emailAddress').some((each) => sameEmail(each, email));
  if (hasEmail) return true;
  const hasPhone =
    phone !== null && valuesIn(contact, 'phoneNumber').some((each) => digitsOf(each) === digitsOf(phone));
  return hasPhone && isSameByPhone(identityOf(contact), person, matchByPhone);
}

export const identityOf = (contact: Stored): Identity => ({
  name: `${contact['firstName'] ?? ''} ${contact['lastName'] ?? ''}`,
  emails: valuesIn(contact, 'emailAddress'),
});

/** EspoCRM's `noBadCharacters` (`metadata/app/regExpPatterns.json`) refuses these in names and titles. */
export const allowedText = (text: string) => oneLine(text.replace(/[<>=]+/g, ' '), maxTextLength);

/** The format of `phoneNumberNumeric`. */
export const digitsOf = (number: string) => number.replace(/\D/g, '');

function named({ first, last }: PersonName): JsonObject {
  const firstName = first && allowedText(first);
  const lastName = last && allowedText(last);
  return {
    ...(firstName && { firstName }),
    // The name had only refused characters.
    ...(last !== undefined && { lastName: lastName || '?' }),
  };
}

const fieldsIn = (person: Person) =>
  fieldsOf(person, {
    emailAddress: person.email,
    phoneNumber: person.phone,
    addressCountry: countryName(person.countryCode),
  });

/** The primary value and the others, `emailAddressData: [{emailAddress, …}]`. */
function valuesIn(contact: Stored, field: 'emailAddress' | 'phoneNumber'): readonly string[] {
  const others = contact[`${field}Data`];
  const all: readonly unknown[] = [
    contact[field],
    ...(Array.isArray(others) ? others.map((each: unknown) => Object(each)[field]) : []),
  ];
  return all.filter((value): value is string => typeof value === 'string');
}
