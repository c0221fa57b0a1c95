import type { Person } from '../adapter.ts';
import { countryName } from '../country.ts';
import { fieldsToFill, isNothing } from '../filling.ts';
import { splitName } from '../person-name.ts';
import { isStandIn, standIn } from '../stand-in.ts';
import type { Properties, Values } from './shapes.ts';

/** The contact's properties that this adapter reads and may fill, beside those that are configured. */
const ownProperties = ['email', 'firstname', 'lastname', 'country', 'phone'] as const;

/** What has to be known of a contact to fill its blanks for these people. */
export const propertiesFor = (people: readonly Person[]): readonly string[] => [
  ...new Set<string>([
    ...ownProperties,
    ...people.flatMap(({ customerId, fields }) => [
      ...(customerId === null ? [] : [customerId.field]),
      ...fields.map(({ name }) => name),
    ]),
  ]),
];

/**
 * A new contact. It has at least one of e-mail and names, as HubSpot asks for
 * (https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide): if need be a stand-in for the name.
 */
export function newContact(person: Person): Values {
  const { email, ownerId, fields } = person;
  const known = knownOf(person);
  const isNameless = email === null && known['firstname'] === undefined && known['lastname'] === undefined;
  return {
    ...(email !== null && { email }),
    ...known,
    ...(isNameless && { lastname: standIn(person) }),
    ...(ownerId !== null && { hubspot_owner_id: ownerId }),
    ...Object.fromEntries(fields.map(({ name, value }) => [name, String(value)])),
  };
}

/**
 * What of the person is missing on the contact. Nothing that stands there is replaced: a salesperson's edit is worth
 * more than what a visitor types. Half a name is filled only beside the same other half, lest two people's names be
 * mixed.
 */
export function blanks(contact: Properties, person: Person): Values {
  const { firstname, lastname, ...others } = knownOf(person);
  const now = withoutStandIn(contact);
  const fits = (name: string, value: string | undefined) => isNothing(now[name]) || sameWord(now[name], value);
  const names = fits('firstname', firstname) && fits('lastname', lastname) ? { firstname, lastname } : {};
  const email = person.email ?? undefined;
  const missing = Object.entries({ email, ...names, ...others }).filter(([name]) => isNothing(now[name]));
  const configured = fieldsToFill(person.fields, (name) => contact[name]);
  return Object.fromEntries([
    ...missing.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ...configured.map(({ name, value }) => [name, String(value)]),
  ]);
}

/** A name that we made up, for want of any, gives way to the first that is known. */
function withoutStandIn(contact: Properties): Properties {
  const { firstname, lastname, email = null, phone = null } = contact;
  return isNothing(firstname) && isStandIn(lastname, { email, phone }) ? { ...contact, lastname: null } : contact;
}

const sameWord = (a: string | null | undefined, b: string | undefined) =>
  b !== undefined && a?.trim().localeCompare(b, 'en', { sensitivity: 'base' }) === 0;

function knownOf({ name, countryCode, phone, customerId }: Person): Values {
  const { first, last } = splitName(name, countryCode);
  // Free text, which HubSpot's own lists and forms write in English.
  const country = countryName(countryCode);
  return {
    ...(first !== undefined && { firstname: first }),
    ...(last !== undefined && { lastname: last }),
    ...(country !== undefined && { country }),
    ...(phone !== null && { phone }),
    ...(customerId !== null && { [customerId.field]: customerId.value }),
  };
}

/** Whether what HubSpot has created is the contact for this person. */
export function isContactOf({ properties: stored }: { readonly properties: Properties }, sent: Values): boolean {
  const fold = (value: string | null | undefined) => (value ?? '').trim().toLowerCase();
  if (sent['email'] !== undefined) return fold(stored['email']) === fold(sent['email']);
  return ownProperties.every((name) => fold(stored[name]) === fold(sent[name]));
}
