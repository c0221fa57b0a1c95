import { oneLine } from '../../conversation/clean-text.ts';
import { countryName } from '../../conversation/locale.ts';
import { changing, fieldsOf, fieldsToFill, nameToFill, newName, remarkOf, valuesOf } from '../contacts/filling.ts';
import {
  type Identity,
  isSameByPhone,
  type MatchPolicy,
  matchContact,
  pickMatch,
  sameEmail,
} from '../contacts/matching.ts';
import type { PersonName } from '../contacts/person-name.ts';
import type { JsonObject } from '../http/answer.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import type { Stored } from './answers.ts';
import type { EspocrmClient } from './client.ts';

/** EspoCRM's duplicate check is newer than the search, but also matches namesakes, so its matches are compared. */
export function createContacts(client: EspocrmClient, policy: MatchPolicy) {
  const by = (attribute: string, value: string) => client.find('Contact', [{ type: 'equals', attribute, value }]);

  return async (request: ContactRequest): Promise<ContactId> => {
    const { person } = request;
    const found = await matchContact(
      request,
      {
        byId: async (id) => toMatch(await client.readContact(id)),
        byEmail: async (email) => (await by('emailAddress', email)).map(withCreatedAt),
        byPhone: async (phone) => (await by('phoneNumberNumeric', digitsOf(phone))).map(withCreatedAt),
        byCustomerId: async ({ field, value }) => (await by(field, value)).map(withCreatedAt),
        identityOf,
      },
      policy,
    );
    return found === undefined ? create(person) : fill(found, person);
  };

  async function create(person: Person): Promise<ContactId> {
    const createAnyway = async (body: JsonObject) => (await client.createAnyway('Contact', body)).id;
    const isAnonymous = person.email === null && person.phone === null;
    const write = isAnonymous ? createAnyway : client.createContact;
    const answer = await write(newContact(person));
    if (typeof answer === 'string') return answer;
    const same = pickMatch(
      answer.filter((each) => isSamePerson(each, person, policy.matchByPhone)).map(withCreatedAt),
      policy.onMultipleMatches,
    );
    return same === undefined ? createAnyway(newContact(person)) : fill(same, person);
  }

  async function fill(contact: Stored, person: Person): Promise<ContactId> {
    const missing = toFill(contact, person);
    if (Object.keys(missing).length > 0) await changing(contact.id, client.updateContact(contact.id, missing));
    return contact.id;
  }
}

type Dated = Stored & { readonly createdAt: string };

const withCreatedAt = (contact: Stored): Dated => ({ ...contact, createdAt: String(contact['createdAt'] ?? '') });

const toMatch = (contact: Stored | undefined) => contact && withCreatedAt(contact);

/** EspoCRM's `maxLength` for names, and its lowest one for titles. */
const maxTextLength = 100;

function newContact(person: Person): JsonObject {
  const remark = remarkOf(person, person.typedPhone);
  return {
    ...named(newName(person)),
    ...(remark !== null && { description: remark }),
    ...valuesOf(fieldsIn(person)),
    ...(person.ownerId !== null && { assignedUserId: person.ownerId }),
  };
}

function toFill(contact: Stored, person: Person): JsonObject {
  const { firstName: first, lastName: last, emailAddress: email, phoneNumber: phone } = contact;
  const missing = fieldsToFill(fieldsIn(person), (name) => contact[name]);
  return {
    ...named(nameToFill({ first, last, email, phone }, person)),
    ...valuesOf(missing),
  };
}

/** EspoCRM also reports people of the same name as duplicates. */
function isSamePerson(contact: Stored, person: Person, matchByPhone: MatchPolicy['matchByPhone']): boolean {
  const { email, phone } = person;
  const hasEmail = email !== null && valuesIn(contact, 'emailAddress').some((each) => sameEmail(each, email));
  if (hasEmail) return true;
  const hasPhone =
    phone !== null && valuesIn(contact, 'phoneNumber').some((each) => digitsOf(each) === digitsOf(phone));
  return hasPhone && isSameByPhone(identityOf(contact), person, matchByPhone);
}

const identityOf = (contact: Stored): Identity => ({
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
