import type { JsonObject } from '../http/shapes.ts';
import { oneLine } from '../notes/entry.ts';
import type { ContactId, Field, Person } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';

export const configuredOf = ({ customerId, fields }: Person): readonly Field[] => [
  ...(customerId === null ? [] : [blankOnly(customerId.field, customerId.value)]),
  ...fields,
];

/** @param standard the adapter's own fields; null and undefined are left out */
export const fieldsOf = (
  person: Person,
  standard: Readonly<Record<string, string | null | undefined>>,
): readonly Field[] => [
  ...Object.entries(standard).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : blankOnly(name, value),
  ),
  ...configuredOf(person),
];

/**
 * The blank fields, and those to overwrite that differ.
 * @param isBlank for a CRM with a blank of its own, such as Odoo's `false`
 */
export const fieldsToFill = (
  fields: readonly Field[],
  currentValue: (name: string) => unknown,
  isBlank: (value: unknown) => boolean = isNothing,
): readonly Field[] =>
  fields.filter(({ name, value, overwrite }) => {
    const current = currentValue(name);
    return isBlank(current) || (overwrite && String(current) !== String(value));
  });

export const valuesOf = (fields: readonly Field[]): JsonObject =>
  Object.fromEntries(fields.map(({ name, value }) => [name, value]));

/** `valuesOf` for a CRM that keeps custom fields in an object named `holder`. */
export function nestCustomFields(
  fields: readonly Field[],
  isOwn: (name: string) => boolean,
  holder: string,
): JsonObject {
  const custom = fields.filter(({ name }) => !isOwn(name));
  return {
    ...valuesOf(fields.filter(({ name }) => isOwn(name))),
    ...(custom.length > 0 && { [holder]: valuesOf(custom) }),
  };
}

/** Adds the contact's id to a refusal, so that the chat still finds its contact. */
export async function changing<T>(contactId: ContactId, change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    throw error instanceof CrmError ? error.with({ contactId }) : error;
  }
}

/**
 * Unusable addresses and numbers, as text for a new contact's description. Starts with our own word, since a spreadsheet
 * may read a leading `=` or `+` as a formula.
 * @param typedPhone for a CRM whose field for numbers does not take it
 */
export function remarkOf({ unusable }: Person, typedPhone?: string | null): string | null {
  const texts = new Set(unusable);
  if (typedPhone) texts.add(typedPhone);
  return texts.size === 0 ? null : oneLine(`Smartsupp: ${[...texts].join(', ')}`, 500);
}

/** For a CRM that takes any text for a phone number. */
export const writtenPhone = ({ phone, typedPhone = null }: Person): string | null => phone ?? typedPhone;

export const isNothing = (value: unknown) =>
  value === null || value === undefined || (typeof value === 'string' && value.trim() === '');

const blankOnly = (name: string, value: string): Field => ({ name, value, overwrite: false });
