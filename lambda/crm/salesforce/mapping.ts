import { countryCode, countryName } from '../../conversation/language.ts';
import { nameToFill, newName } from '../contacts/contact-name.ts';
import { fieldsOf, fieldsToFill, isNothing, remarkOf, valuesOf, writtenPhone } from '../contacts/filling.ts';
import type { PersonName } from '../contacts/person-name.ts';
import { cut } from '../notes/entry.ts';
import type { Person } from '../port/adapter.ts';
import type { Values } from './client.ts';
import type { SalesforceRecord } from './shapes.ts';

/** Limits of Salesforce's fields (…/object_reference/sforce_api_objects_contact.htm, …_task.htm). */
const maxFirstNameLength = 40;
const maxLastNameLength = 80;
export const maxSubjectLength = 255;

/** With State and Country/Territory Picklists a country is a code, else free text. */
export type Countries = { readonly codes: boolean };

const countryField = ({ codes }: Countries) => (codes ? 'MailingCountryCode' : 'MailingCountry');

const countryOf = ({ countryCode: code }: Person, { codes }: Countries) =>
  codes ? countryCode(code) : countryName(code);

export const contactFields = (countries: Countries) => [
  ...['Id', 'FirstName', 'LastName', 'Email', 'Phone', 'MobilePhone', 'CreatedDate'],
  countryField(countries),
];

export const newContact = (person: Person, countries: Countries): Values => ({
  ...named(newName(person)),
  ...remark(person),
  ...valuesOf(fieldsIn(person, countries)),
  ...(person.ownerId !== null && { OwnerId: person.ownerId }),
});

export function toFill(contact: SalesforceRecord, person: Person, countries: Countries): Values {
  const { FirstName: first, LastName: last, Email: email, Phone: phone, MobilePhone: mobile } = contact;
  const unknown = isNothing(mobile) ? person : { ...person, phone: null, typedPhone: null };
  const missing = fieldsToFill(fieldsIn(unknown, countries), (name) => contact[name]);
  return { ...named(nameToFill({ first, last, email, phone }, person)), ...valuesOf(missing) };
}

const remark = (person: Person): Values => {
  const text = remarkOf(person);
  return text === null ? {} : { Description: text };
};

const fieldsIn = (person: Person, countries: Countries) =>
  fieldsOf(person, {
    Email: person.email,
    Phone: writtenPhone(person),
    [countryField(countries)]: countryOf(person, countries),
  });

const named = ({ first, last }: PersonName): Values => ({
  ...(first !== undefined && { FirstName: cut(first, maxFirstNameLength) }),
  ...(last !== undefined && { LastName: cut(last, maxLastNameLength) }),
});
