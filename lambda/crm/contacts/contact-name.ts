import { withoutFormula } from '../../conversation/clean-text.ts';
import { oneLine } from '../notes/entry.ts';
import type { Person } from '../port/adapter.ts';
import { isNothing } from './filling.ts';
import { sameText } from './matching.ts';
import { type PersonName, splitName } from './person-name.ts';

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

/** The company that the name is, else the one that the address belongs to. */
export const companyOf = ({
  name,
  countryCode,
  company,
}: Pick<Person, 'name' | 'countryCode' | 'company'>): string | null =>
  company === '' ? null : (splitName(name, countryCode).company ?? company);

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
