import type { Field, Person } from '../adapter.ts';
import type { JsonObject } from '../http/shapes.ts';

/** The customer id and the configured fields, by the CRM's names. */
export const configuredOf = ({ customerId, fields }: Pick<Person, 'customerId' | 'fields'>): readonly Field[] => [
  ...(customerId === null ? [] : [blankOnly(customerId.field, customerId.value)]),
  ...fields,
];

/**
 * All that goes into a contact, by the CRM's names; where several say something of one field, the last counts.
 * @param known what the adapter itself knows to write; null and undefined are left out
 */
export const fieldsOf = (
  person: Pick<Person, 'customerId' | 'fields'>,
  known: Readonly<Record<string, string | null | undefined>>,
): readonly Field[] => [
  ...Object.entries(known).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [blankOnly(name, value)],
  ),
  ...configuredOf(person),
];

/**
 * Which fields are to be written to a contact that is there already: those that are blank on it, and those to be
 * overwritten that are different.
 * @param valueNow what stands there, by the CRM's name of the field
 * @param isBlank where the CRM has a blank of its own, such as Odoo's `false`
 */
export function fieldsToFill(
  fields: readonly Field[],
  valueNow: (name: string) => unknown,
  isBlank: (value: unknown) => boolean = isNothing,
): readonly Field[] {
  return fields.filter(({ name, value, overwrite }) => {
    const now = valueNow(name);
    return isBlank(now) || (overwrite && String(now) !== String(value));
  });
}

export const valuesOf = (fields: readonly Field[]): JsonObject =>
  Object.fromEntries(fields.map(({ name, value }) => [name, value]));

/**
 * The same for a CRM that keeps custom fields in an object of their own.
 * @param holder that object's name
 */
export function placed(fields: readonly Field[], isOwn: (name: string) => boolean, holder: string): JsonObject {
  const custom = fields.filter(({ name }) => !isOwn(name));
  return {
    ...valuesOf(fields.filter(({ name }) => isOwn(name))),
    ...(custom.length > 0 && { [holder]: valuesOf(custom) }),
  };
}

export const isNothing = (value: unknown) =>
  value === null || value === undefined || (typeof value === 'string' && value.trim() === '');

const blankOnly = (name: string, value: string): Field => ({ name, value, overwrite: false });

const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** The English name of an ISO 3166 country, for CRMs that keep countries as free text. */
export function countryName(code: string | null): string | undefined {
  const known = countryCode(code);
  return known && regionNames.of(known);
}

/** In upper case; undefined if it is no code, or ZZ, the unknown region. */
export function countryCode(code: string | null): string | undefined {
  return code !== null && /^(?!zz)[a-z]{2}$/i.test(code) ? code.toUpperCase() : undefined;
}
