import { fullName, isPlaceholderName, placeholderName } from '../contacts/contact-name.ts';
import { countryCode } from '../contacts/country.ts';
import { fieldsOf, fieldsToFill, isNothing } from '../contacts/filling.ts';
import type { Field, Person } from '../port/adapter.ts';
import type { Columns } from './client.ts';
import type { Stored } from './shapes.ts';

/** What is read of a partner to know it again, and what is blank on it. */
export const readFields = (person: Person): readonly string[] => [
  ...new Set(['create_date', 'name', 'email', 'phone', 'country_id', ...person.fields.map(({ name }) => name)]),
  ...(person.customerId === null ? [] : [person.customerId.field]),
];

/** Odoo insists on a name. */
export const newPartner = (person: Person): Columns => ({
  name: fullName(person) ?? placeholderName(person),
  ...inColumns(fieldsIn(person)),
  ...(person.ownerId !== null && { 'user_id/.id': person.ownerId }),
});

/** What of the person is missing on the partner. Empty where nothing is. */
export function toFill(partner: Stored, person: Person): Columns {
  const { name, email, phone } = partner;
  const known = fullName(person);
  return {
    ...(known !== undefined && isPlaceholderName(name, { email, phone }, person) && { name: known }),
    ...inColumns(fieldsToFill(fieldsIn(person), (field) => readable(partner[fieldIn(field)]), isBlank)),
  };
}

function fieldsIn(person: Person): readonly Field[] {
  const country = countryCode(person.countryCode)?.toLowerCase();
  return fieldsOf(person, {
    email: person.email,
    phone: person.phone,
    [countryColumn]: country && `base.${country === 'gb' ? 'uk' : country}`,
  });
}

/** Countries by their XML ids, `base.cz`: their names are in the language of whoever asks. */
export const countryColumn = 'country_id/id';

/** The field of a column, which may lead further. */
const fieldIn = (column: string) => column.split('/')[0] ?? column;

const inColumns = (fields: readonly Field[]): Columns =>
  Object.fromEntries(fields.map(({ name, value }) => [name, String(value)]));

/** A related record is read as its id and its name, and written by its name. */
const readable = (value: unknown): unknown => (Array.isArray(value) && value.length === 2 ? value[1] : value);

/** Odoo's blank is `false`, also in texts; the `false` of a checkbox may be one. */
const isBlank = (value: unknown) => value === false || isNothing(value);
