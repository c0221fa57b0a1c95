import { countryCode } from '../../conversation/language.ts';
import { escapeHtml } from '../../conversation/transcript/html.ts';
import { companyOf, fullName, isPlaceholderName, placeholderName } from '../contacts/contact-name.ts';
import { fieldsOf, fieldsToFill, isNothing, remarkOf, writtenPhone } from '../contacts/filling.ts';
import type { Field, Person } from '../port/adapter.ts';
import type { Columns } from './client.ts';
import type { Stored } from './shapes.ts';

export const readFields = (person: Person): readonly string[] => [
  ...new Set([
    'create_date',
    'name',
    'email',
    'phone',
    'company_name',
    'country_id',
    ...person.fields.map(({ name }) => name),
  ]),
  ...(person.customerId === null ? [] : [person.customerId.field]),
];

export function newPartner(person: Person): Columns {
  const remark = remarkOf(person);
  return {
    name: fullName(person) ?? placeholderName(person),
    ...(remark !== null && { comment: escapeHtml(remark) }),
    ...inColumns(fieldsIn(person)),
    ...(person.ownerId !== null && { 'user_id/.id': person.ownerId }),
  };
}

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
    phone: writtenPhone(person),
    company_name: companyOf(person),
    [countryColumn]: country && `base.${country === 'gb' ? 'uk' : country}`,
  });
}

/** By XML id, `base.cz`, because names depend on the user's language. */
const countryColumn = 'country_id/id';

/** `country_id/id` is a column of the field `country_id`. */
const fieldIn = (column: string) => column.split('/')[0] ?? column;

const inColumns = (fields: readonly Field[]): Columns =>
  Object.fromEntries(fields.map(({ name, value }) => [name, String(value)]));

/** A related record is read as [id, name], and written by name. */
const readable = (value: unknown): unknown => (Array.isArray(value) && value.length === 2 ? value[1] : value);

/** Odoo's blank is `false`, even for text; a checkbox may also be `false`. */
const isBlank = (value: unknown) => value === false || isNothing(value);
