import type { Field, Person } from '../adapter.ts';
import { fullName, isPlaceholderName, placeholderName } from '../contacts/contact-name.ts';
import { countryCode, fieldsToFill, isNothing } from '../contacts/filling.ts';
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
  ...inColumns(fieldsOf(person)),
  ...(person.ownerId !== null && { 'user_id/.id': person.ownerId }),
});

/** What of the person is missing on the partner. Empty where nothing is. */
export function blanks(partner: Stored, person: Person): Columns {
  const { name, email, phone } = partner;
  const known = fullName(person);
  return {
    ...(known !== undefined && isPlaceholderName(name, { email, phone }, person) && { name: known }),
    ...inColumns(fieldsToFill(fieldsOf(person), (field) => readable(partner[fieldIn(field)]), isBlank)),
  };
}

function fieldsOf({ email, phone, countryCode: code, customerId, fields }: Person): readonly Field[] {
  const country = countryCode(code)?.toLowerCase();
  const standard: readonly (readonly [name: string, value: string | null | undefined])[] = [
    ['email', email],
    ['phone', phone],
    [countryColumn, country && `base.${country === 'gb' ? 'uk' : country}`],
    ...(customerId === null ? [] : [[customerId.field, customerId.value] as const]),
  ];
  const given = standard.flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [{ name, value, overwrite: false }],
  );
  return [...given, ...fields];
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
