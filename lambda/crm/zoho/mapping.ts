import type { Person } from '../adapter.ts';
import { countryName } from '../country.ts';
import { cut } from '../cut.ts';
import { fieldsToFill, isNothing } from '../filling.ts';
import { nameToFill, newName } from '../last-name.ts';
import type { PersonName } from '../person-name.ts';
import type { Values } from './client.ts';
import type { ZohoRecord } from './shapes.ts';

/** What is read of a contact, beside configured fields. */
export const contactFields = [
  'First_Name',
  'Last_Name',
  'Email',
  'Phone',
  'Mobile',
  'Mailing_Country',
  'Created_Time',
] as const;

/** As long as Zoho's own fields are (`length` at https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html). */
const longestFirst = 40;
const longestLast = 80;
export const longestTitle = 120;
export const longestSubject = 255;

export function newContact(person: Person): Values {
  const { email, phone, customerId, ownerId } = person;
  const country = countryName(person.countryCode);
  return {
    ...named(newName(person)),
    ...(email !== null && { Email: email }),
    ...(phone !== null && { Phone: phone }),
    ...(country !== undefined && { Mailing_Country: country }),
    ...(customerId !== null && { [customerId.field]: customerId.value }),
    ...Object.fromEntries(person.fields.map(({ name, value }) => [name, value])),
    ...(ownerId !== null && { Owner: { id: ownerId } }),
  };
}

/** Blanks, a stand-in's real name, and configured fields. */
export function toFill(contact: ZohoRecord, person: Person): Values {
  const { First_Name: first, Last_Name: last, Email: email, Phone: phone } = contact;
  const hasPhone = [phone, contact['Mobile']].some((number) => !isNothing(number));
  const known: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Email', person.email ?? undefined],
    ['Phone', hasPhone ? undefined : (person.phone ?? undefined)],
    ['Mailing_Country', countryName(person.countryCode)],
    ...(person.customerId === null ? [] : [[person.customerId.field, person.customerId.value] as const]),
  ];
  const blanks = known.filter(([name, value]) => value !== undefined && isNothing(contact[name]));
  const fields = fieldsToFill(person.fields, (name) => contact[name]).map(({ name, value }) => [name, value] as const);
  return { ...named(nameToFill({ first, last, email, phone }, person)), ...Object.fromEntries([...blanks, ...fields]) };
}

const named = ({ first, last }: PersonName): Values => ({
  ...(first !== undefined && { First_Name: cut(first, longestFirst) }),
  ...(last !== undefined && { Last_Name: cut(last, longestLast) }),
});
