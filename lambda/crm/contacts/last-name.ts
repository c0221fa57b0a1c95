import type { Person } from '../adapter.ts';
import { isNothing } from './filling.ts';
import { type PersonName, splitName } from './person-name.ts';
import { isStandIn, standIn } from './stand-in.ts';

/** What stands on a contact, of whatever type. */
export type NameOnContact = {
  readonly first: unknown;
  readonly last: unknown;
  readonly email: unknown;
  readonly phone: unknown;
};

/**
 * A new contact's name for CRMs that insist on a last name: a first name alone takes its place, and where there is none
 * a stand-in does.
 */
export function newName(person: Person): PersonName & { readonly last: string } {
  const { first, last } = splitName(person.name, person.countryCode);
  return last === undefined ? { last: first ?? standIn(person) } : { ...(first !== undefined && { first }), last };
}

/**
 * What of a person's name may be written to a contact that is there already: a real name in the place of a stand-in,
 * and half a name beside the same other half, lest two people's names be mixed.
 */
export function nameToFill(contact: NameOnContact, person: Person): PersonName {
  const { first, last } = splitName(person.name, person.countryCode);
  if (first === undefined && last === undefined) return {};
  const firstIsBlank = isNothing(contact.first);
  if (!firstIsBlank && !isSame(contact.first, first)) return {};
  const fillFirst = firstIsBlank && first !== undefined ? { first } : {};
  const isOnlyFirst = firstIsBlank && last !== undefined && isSame(contact.last, first);
  if (isStandIn(contact.last, contact, person) || isOnlyFirst) {
    if (last !== undefined) return { ...fillFirst, last };
    return firstIsBlank && first !== undefined ? { last: first } : {};
  }
  return last !== undefined && isSame(contact.last, last) ? fillFirst : {};
}

const isSame = (a: unknown, b: string | undefined) =>
  b !== undefined && typeof a === 'string' && a.trim().localeCompare(b, 'en', { sensitivity: 'base' }) === 0;
