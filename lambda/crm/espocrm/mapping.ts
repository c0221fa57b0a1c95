import type { Field, Person } from '../adapter.ts';
import { countryName } from '../country.ts';
import { cut } from '../cut.ts';
import { fieldsToFill } from '../filling.ts';
import { nameToFill, newName } from '../last-name.ts';
import type { PersonName } from '../person-name.ts';
import { sameEmail } from '../same.ts';
import type { JsonObject } from '../shapes.ts';
import type { Stored } from './shapes.ts';

/** EspoCRM's `maxLength` of names, and the shortest of those that it had for titles. */
const longestWord = 100;

/** What a new contact is given. EspoCRM insists on a last name. */
export function newContact(person: Person): JsonObject {
  return {
    ...named(newName(person)),
    ...Object.fromEntries(fieldsOf(person).map(({ name, value }) => [name, value])),
    ...(person.ownerId !== null && { assignedUserId: person.ownerId }),
  };
}

/** What of the person is missing on the contact. */
export function blanks(contact: Stored, person: Person): JsonObject {
  const { firstName: first, lastName: last, emailAddress: email, phoneNumber: phone } = contact;
  const missing = fieldsToFill(fieldsOf(person), (name) => contact[name]);
  return {
    ...named(nameToFill({ first, last, email, phone }, person)),
    ...Object.fromEntries(missing.map(({ name, value }) => [name, value])),
  };
}

/** Whether EspoCRM's idea of a duplicate is ours: it takes another person of the same name for one. */
export function isSamePerson(contact: Stored, { email, phone }: Person): boolean {
  const hasEmail = email !== null && valuesIn(contact, 'emailAddress').some((each) => sameEmail(each, email));
  if (hasEmail) return true;
  return phone !== null && valuesIn(contact, 'phoneNumber').some((each) => digitsOf(each) === digitsOf(phone));
}

/**
 * EspoCRM refuses names and titles that hold `<`, `>` or `=`: the pattern `noBadCharacters` in its
 * `metadata/app/regExpPatterns.json`.
 */
export function plainWord(text: string): string {
  const plain = text.replace(/[<>=]+/g, ' ').replace(/\s+/g, ' ');
  return cut(plain.trim(), longestWord);
}

/** As `phoneNumberNumeric` has it. */
export const digitsOf = (number: string) => number.replace(/\D/g, '');

function named({ first, last }: PersonName): JsonObject {
  const firstName = first && plainWord(first);
  const lastName = last && plainWord(last);
  return {
    ...(firstName && { firstName }),
    // A name of nothing else than what is refused.
    ...(last !== undefined && { lastName: lastName || '?' }),
  };
}

function fieldsOf({ email, phone, countryCode, customerId, fields }: Person): readonly Field[] {
  const country = countryName(countryCode);
  const standard: readonly (readonly [name: string, value: string | null | undefined])[] = [
    ['emailAddress', email],
    ['phoneNumber', phone],
    ['addressCountry', country],
    ...(customerId === null ? [] : [[customerId.field, customerId.value] as const]),
  ];
  const given = standard.flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [{ name, value, overwrite: false }],
  );
  return [...given, ...fields];
}

/** The first value, and those beside it, which EspoCRM keeps as `emailAddressData: [{emailAddress, …}]`. */
function valuesIn(contact: Stored, field: 'emailAddress' | 'phoneNumber'): readonly string[] {
  const others = contact[`${field}Data`];
  const all: readonly unknown[] = [
    contact[field],
    ...(Array.isArray(others) ? others.map((each: unknown) => Object(each)[field]) : []),
  ];
  return all.filter((value): value is string => typeof value === 'string');
}
