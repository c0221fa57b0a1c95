import { countryName } from '../../conversation/language.ts';
import { companyOf, fullName, nameToFill, placeholderName } from '../contacts/contact-name.ts';
import { configuredOf, fieldsOf, fieldsToFill, valuesOf, writtenPhone } from '../contacts/filling.ts';
import { fold } from '../contacts/matching.ts';
import { type PersonName, splitName } from '../contacts/person-name.ts';
import type { JsonObject } from '../http/shapes.ts';
import type { Person } from '../port/adapter.ts';
import type { Properties, Values } from './shapes.ts';

const ownProperties = ['email', 'firstname', 'lastname', 'company', 'country', 'phone'] as const;

export const propertiesFor = (people: readonly Person[]): readonly string[] => [
  ...new Set<string>([...ownProperties, ...people.flatMap(configuredOf).map(({ name }) => name)]),
];

/** Needs an address or a name (https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide). */
export function newContact(person: Person): Values {
  const isNameless = person.email === null && fullName(person) === undefined;
  return asTexts({
    ...named(isNameless ? { last: placeholderName(person) } : splitName(person.name, person.countryCode)),
    ...valuesOf(fieldsIn(person)),
    ...(person.ownerId !== null && { hubspot_owner_id: person.ownerId }),
  });
}

export function toFill(contact: Properties, person: Person): Values {
  const { firstname: first, lastname: last, email, phone } = contact;
  return asTexts({
    ...named(nameToFill({ first, last, email, phone }, person)),
    ...valuesOf(fieldsToFill(fieldsIn(person), (name) => contact[name])),
  });
}

const named = ({ first, last }: PersonName): JsonObject => ({
  ...(first !== undefined && { firstname: first }),
  ...(last !== undefined && { lastname: last }),
});

const fieldsIn = (person: Person) =>
  fieldsOf(person, {
    email: person.email,
    // HubSpot's own lists and forms have English country names.
    country: countryName(person.countryCode),
    phone: writtenPhone(person),
    company: companyOf(person),
  });

export const asTexts = (values: JsonObject): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

export function isContactOf({ properties: stored }: { readonly properties: Properties }, sent: Values): boolean {
  const names = sent['email'] === undefined ? ownProperties : (['email'] as const);
  return names.every((name) => fold(stored[name] ?? '') === fold(sent[name] ?? ''));
}
