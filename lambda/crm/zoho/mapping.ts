import { countryName } from '../../conversation/language.ts';
import { nameToFill, newName } from '../contacts/contact-name.ts';
import { fieldsOf, fieldsToFill, isNothing, remarkOf, valuesOf } from '../contacts/filling.ts';
import type { PersonName } from '../contacts/person-name.ts';
import { cut } from '../notes/entry.ts';
import type { Person } from '../port/adapter.ts';
import type { Values } from './client.ts';
import type { ZohoRecord } from './shapes.ts';

export const contactFields = [
  'First_Name',
  'Last_Name',
  'Email',
  'Phone',
  'Mobile',
  'Mailing_Country',
  'Created_Time',
] as const;

/** Limits of Zoho's fields (`length`, https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html). */
const maxFirstNameLength = 40;
const maxLastNameLength = 80;
export const maxTitleLength = 120;
export const maxSubjectLength = 255;

export const newContact = (person: Person): Values => ({
  ...named(newName(person)),
  ...remark(person),
  ...valuesOf(fieldsIn(person)),
  ...(person.ownerId !== null && { Owner: { id: person.ownerId } }),
});

export function toFill(contact: ZohoRecord, person: Person): Values {
  const { First_Name: first, Last_Name: last, Email: email, Phone: phone, Mobile: mobile } = contact;
  const unknown = isNothing(mobile) ? person : { ...person, phone: null };
  const missing = fieldsToFill(fieldsIn(unknown), (name) => contact[name]);
  return { ...named(nameToFill({ first, last, email, phone }, person)), ...valuesOf(missing) };
}

const remark = (person: Person): Values => {
  const text = remarkOf(person, person.typedPhone);
  return text === null ? {} : { Description: text };
};

const fieldsIn = (person: Person) =>
  fieldsOf(person, { Email: person.email, Phone: person.phone, Mailing_Country: countryName(person.countryCode) });

const named = ({ first, last }: PersonName): Values => ({
  ...(first !== undefined && { First_Name: cut(first, maxFirstNameLength) }),
  ...(last !== undefined && { Last_Name: cut(last, maxLastNameLength) }),
});
