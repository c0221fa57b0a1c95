import type { Person } from '../adapter.ts';
import { isPlaceholderName, placeholderName } from '../contacts/contact-name.ts';
import { configuredOf, countryName, fieldsOf, fieldsToFill, isNothing, valuesOf } from '../contacts/filling.ts';
import { splitName } from '../contacts/person-name.ts';
import type { JsonObject } from '../http/shapes.ts';
import type { Properties, Values } from './shapes.ts';

/** The contact's properties that this adapter reads and may fill, beside those that are configured. */
const ownProperties = ['email', 'firstname', 'lastname', 'country', 'phone'] as const;

/** What has to be known of a contact to fill its blanks for these people. */
export const propertiesFor = (people: readonly Person[]): readonly string[] => [
  ...new Set<string>([...ownProperties, ...people.flatMap(configuredOf).map(({ name }) => name)]),
];

/**
 * A new contact. It has at least one of e-mail and names, as HubSpot asks for
 * (https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide): if need be a stand-in for the name.
 */
export function newContact(person: Person): Values {
  const { first, last } = splitName(person.name, person.countryCode);
  const isNameless = person.email === null && first === undefined && last === undefined;
  return asTexts({
    ...valuesOf(fieldsIn(person, { firstname: first, lastname: isNameless ? placeholderName(person) : last })),
    ...(person.ownerId !== null && { hubspot_owner_id: person.ownerId }),
  });
}

/**
 * What of the person is missing on the contact. Nothing that stands there is replaced: a salesperson's edit is worth
 * more than what a visitor types. Half a name is filled only beside the same other half, lest two people's names be
 * mixed.
 */
export function blanks(contact: Properties, person: Person): Values {
  const { first, last } = splitName(person.name, person.countryCode);
  const now = withoutStandIn(contact, person);
  const fits = (name: string, value: string | undefined) => isNothing(now[name]) || sameWord(now[name], value);
  const names = fits('firstname', first) && fits('lastname', last) ? { firstname: first, lastname: last } : {};
  return asTexts(valuesOf(fieldsToFill(fieldsIn(person, names), (name) => now[name])));
}

/** A name that we made up, for want of any, gives way to the first that is known. */
function withoutStandIn(contact: Properties, person: Person): Properties {
  const { firstname, lastname, email, phone } = contact;
  return isNothing(firstname) && isPlaceholderName(lastname, { email, phone }, person)
    ? { ...contact, lastname: null }
    : contact;
}

const fieldsIn = (
  person: Person,
  names: { readonly firstname?: string | undefined; readonly lastname?: string | undefined },
) =>
  fieldsOf(person, {
    email: person.email,
    ...names,
    // Free text, which HubSpot's own lists and forms write in English.
    country: countryName(person.countryCode),
    phone: person.phone,
  });

/** Every property's value is a text. */
export const asTexts = (values: JsonObject): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

const sameWord = (a: string | null | undefined, b: string | undefined) =>
  b !== undefined && a?.trim().localeCompare(b, 'en', { sensitivity: 'base' }) === 0;

/** Whether what HubSpot has created is the contact for this person. */
export function isContactOf({ properties: stored }: { readonly properties: Properties }, sent: Values): boolean {
  const fold = (value: string | null | undefined) => (value ?? '').trim().toLowerCase();
  if (sent['email'] !== undefined) return fold(stored['email']) === fold(sent['email']);
  return ownProperties.every((name) => fold(stored[name]) === fold(sent[name]));
}
