import type { Person } from '../adapter.ts';
import { countryCode, countryName } from '../country.ts';
import { cut } from '../cut.ts';
import { fieldsToFill, isNothing } from '../filling.ts';
import { nameToFill, newName } from '../last-name.ts';
import type { PersonName } from '../person-name.ts';
import type { Values } from './client.ts';
import type { SalesforceRecord } from './shapes.ts';

/** As long as Salesforce's own fields are (…/object_reference/sforce_api_objects_contact.htm, …_task.htm). */
const longestFirst = 40;
const longestLast = 80;
export const longestSubject = 255;

/** With State and Country/Territory Picklists a country is a code, without them free text. */
export type Countries = { readonly codes: boolean };

const countryField = ({ codes }: Countries) => (codes ? 'MailingCountryCode' : 'MailingCountry');

const countryOf = ({ countryCode: code }: Person, { codes }: Countries) =>
  codes ? countryCode(code) : countryName(code);

/** What is read of a contact, beside configured fields. */
export const contactFields = (countries: Countries) => [
  ...['Id', 'FirstName', 'LastName', 'Email', 'Phone', 'MobilePhone', 'CreatedDate'],
  countryField(countries),
];

export function newContact(person: Person, countries: Countries): Values {
  const { email, phone, customerId, ownerId } = person;
  const country = countryOf(person, countries);
  return {
    ...named(newName(person)),
    ...(email !== null && { Email: email }),
    ...(phone !== null && { Phone: phone }),
    ...(country !== undefined && { [countryField(countries)]: country }),
    ...(customerId !== null && { [customerId.field]: customerId.value }),
    ...Object.fromEntries(person.fields.map(({ name, value }) => [name, value])),
    ...(ownerId !== null && { OwnerId: ownerId }),
  };
}

/** Blanks, a stand-in's real name, and configured fields. */
export function toFill(contact: SalesforceRecord, person: Person, countries: Countries): Values {
  const { FirstName: first, LastName: last, Email: email, Phone: phone } = contact;
  const hasPhone = [phone, contact['MobilePhone']].some((number) => !isNothing(number));
  const known: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Email', person.email ?? undefined],
    ['Phone', hasPhone ? undefined : (person.phone ?? undefined)],
    [countryField(countries), countryOf(person, countries)],
    ...(person.customerId === null ? [] : [[person.customerId.field, person.customerId.value] as const]),
  ];
  const blanks = known.filter(([name, value]) => value !== undefined && isNothing(contact[name]));
  const fields = fieldsToFill(person.fields, (name) => contact[name]).map(({ name, value }) => [name, value] as const);
  return { ...named(nameToFill({ first, last, email, phone }, person)), ...Object.fromEntries([...blanks, ...fields]) };
}

const named = ({ first, last }: PersonName): Values => ({
  ...(first !== undefined && { FirstName: cut(first, longestFirst) }),
  ...(last !== undefined && { LastName: cut(last, longestLast) }),
});
