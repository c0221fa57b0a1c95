import { fullName, nameToFill, placeholderName } from '../contacts/contact-name.ts';
import { countryName } from '../contacts/country.ts';
import { configuredOf, fieldsOf, fieldsToFill, valuesOf } from '../contacts/filling.ts';
import { fold } from '../contacts/matching.ts';
import { type PersonName, splitName } from '../contacts/person-name.ts';
import type { JsonObject } from '../http/shapes.ts';
import type { Person } from '../port/adapter.ts';
import type { Properties, Values } from './shapes.ts';

/** The contact's properties that this adapter reads and may fill, beside those that are configured. */
const ownProperties = ['email', 'firstname', 'lastname', 'country', 'phone'] as const;

/** What has to be known of a contact to fill its blanks for these people. */
export const propertiesFor = (people: readonly Person[]): readonly string[] => [
  ...new Set<string>([...ownProperties, ...people.flatMap(configuredOf).map(({ name }) => name)]),
];

/**
 * A new contact. HubSpot requires an e-mail address or a name
 * (https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide).
 */
export function newContact(person: Person): Values {
  const isNameless = person.email === null && fullName(person) === undefined;
  return asTexts({
    ...named(isNameless ? { last: placeholderName(person) } : splitName(person.name, person.countryCode)),
    ...valuesOf(fieldsIn(person)),
    ...(person.ownerId !== null && { hubspot_owner_id: person.ownerId }),
  });
}

/** Only blanks, and a placeholder's real name: a salesperson's edit is worth more than what a visitor types. */
export function toFill(contact: Properties, person: Person): Values {
  const { firstname: first, lastname: last, email, phone } = contact;
  return asTexts({
    ...named(nameToFill({ first, last, email, phone }, person, { requiresLast: false })),
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
    // Free text, which HubSpot's own lists and forms write in English.
    country: countryName(person.countryCode),
    phone: person.phone,
  });

/** Every property's value is a text. */
export const asTexts = (values: JsonObject): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

/** Whether what HubSpot has created is the contact for this person. */
export function isContactOf({ properties: stored }: { readonly properties: Properties }, sent: Values): boolean {
  const names = sent['email'] === undefined ? ownProperties : (['email'] as const);
  return names.every((name) => fold(stored[name] ?? '') === fold(sent[name] ?? ''));
}
