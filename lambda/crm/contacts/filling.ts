import { oneLine, withoutFormula } from '../../conversation/clean-text.ts';
import type { JsonObject } from '../http/answer.ts';
import type { ContactId, Field, Person } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';
import { sameText } from './matching.ts';
import { type PersonName, splitName } from './person-name.ts';

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

type OnContact = { readonly email: unknown; readonly phone: unknown };

const anonymousName = 'Visitor';

/** A name for a person without one: whatever they left, even if unreadable, so that staff can tell people apart. */
export const placeholderName = ({ email, phone, customerId, unusable: [typed = ''] }: Person): string =>
  placeholderOf(email) ??
  phone ??
  customerId?.value ??
  (withoutFormula(oneLine(typed, maxTypedLength)) || anonymousName);

const maxTypedLength = 80;

const placeholderOf = (email: string | null) => withoutFormula(localPartOf(email) ?? '') || undefined;

const localPartOf = (email: string | null) => email?.split('@')[0];

/** Whether a name is blank or a placeholder, made by us or by the CRM, which a real name may replace. */
export function isPlaceholderName(
  name: unknown,
  { email, phone }: OnContact,
  { customerId, unusable }: Person,
): boolean {
  // Odoo's blank is `false`.
  if (name === false || isNothing(name)) return true;
  // An address is nobody's name.
  if (typeof name === 'string' && /\S@\S/.test(name)) return true;
  const address = typeof email === 'string' ? email : null;
  const placeholders = [
    anonymousName,
    localPartOf(address),
    placeholderOf(address),
    phone,
    customerId?.value,
    ...unusable,
  ];
  return typeof name === 'string' && placeholders.some((placeholder) => sameText(placeholder, name));
}

export function fullName({ name, countryCode }: Person): string | undefined {
  const { first, last } = splitName(name, countryCode);
  return [first, last].filter((part) => part !== undefined).join(' ') || undefined;
}

/** Always with a last name, since most CRMs require one. */
export function newName(person: Person): PersonName & { readonly last: string } {
  const { first, last } = splitName(person.name, person.countryCode);
  return { ...(first !== undefined && { first }), last: last ?? placeholderName(person) };
}

/** The name parts to write. A missing part is filled only if the other part matches, so that two names never mix. */
export function nameToFill(
  contact: OnContact & { readonly first: unknown; readonly last: unknown },
  person: Person,
): PersonName {
  const { first, last } = splitName(person.name, person.countryCode);
  const isFirstBlank = isNothing(contact.first);
  if (!isFirstBlank && !sameName(contact.first, first)) return {};
  const isOnlyFirst = isFirstBlank && last !== undefined && sameName(contact.last, first);
  const replacesLast = isOnlyFirst || isPlaceholderName(contact.last, contact, person);
  if (!replacesLast && !sameName(contact.last, last)) return {};
  return {
    ...(isFirstBlank && first !== undefined && { first }),
    ...(replacesLast && last !== undefined && { last }),
  };
}

const sameName = (stored: unknown, wanted: string | undefined) =>
  wanted !== undefined &&
  typeof stored === 'string' &&
  stored.trim().localeCompare(wanted, 'en', { sensitivity: 'base' }) === 0;

/** The company that the name is, else the one that the address belongs to. */
export const companyOf = ({
  name,
  countryCode,
  company,
}: Pick<Person, 'name' | 'countryCode' | 'company'>): string | null =>
  company === '' ? null : (splitName(name, countryCode).company ?? company);

/** The domain of a normalised address; null if it belongs to a free-mail provider. */
export async function companyDomainOf(email: string): Promise<string | null> {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  // Loaded when needed: the list is half as large as deliver's code.
  const { default: providers } = await import('email-providers/all.json', { with: { type: 'json' } });
  return moreProviders.has(domain) || providers.includes(domain) ? null : domain;
}

/** Free-mail providers in Smartsupp's home markets that the list lacks. */
const moreProviders = new Set(
  (
    'volny.cz atlas.cz tiscali.cz quick.cz iol.cz inmail.cz spoluzaci.cz chello.cz upcmail.cz hotmail.cz azet.sk ' +
    'zoznam.sk stonline.sk email.sk citromail.hu indamail.hu t-email.hu op.pl vp.pl tlen.pl telefonica.net'
  ).split(' '),
);
