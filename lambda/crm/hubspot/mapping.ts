import type { Person } from '../adapter.ts';
import { splitName } from '../person-name.ts';
import type { Properties } from './shapes.ts';

type Values = Readonly<Record<string, string>>;

/** The contact's properties that this adapter may fill, beside the e-mail. */
export const filledProperties = ['firstname', 'lastname', 'country'] as const;

/** A new contact: HubSpot wants at least one of e-mail and names, and keeps contacts apart by e-mail. */
export function newContact(person: Person): Values {
  return { email: person.email, ...knownOf(person) };
}

/**
 * What of the person is missing on the contact. Nothing that stands there is replaced: a salesperson's edit is worth
 * more than what a visitor types. Half a name is filled only beside the same other half, lest two people's names be
 * mixed.
 */
export function blanks(contact: Properties, person: Person): Values {
  const { firstname, lastname, ...others } = knownOf(person);
  const isBlank = (name: string) => (contact[name] ?? '').trim() === '';
  const fits = (name: string, value: string | undefined) => isBlank(name) || sameWord(contact[name], value);
  const names = fits('firstname', firstname) && fits('lastname', lastname) ? { firstname, lastname } : {};
  const missing = Object.entries({ ...names, ...others }).filter(([name]) => isBlank(name));
  return Object.fromEntries(missing.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

const sameWord = (a: string | null | undefined, b: string | undefined) =>
  b !== undefined && a?.trim().localeCompare(b, 'en', { sensitivity: 'base' }) === 0;

function knownOf({ name, countryCode }: Person) {
  const { first, last } = splitName(name, countryCode);
  const country = countryName(countryCode);
  return {
    ...(first !== undefined && { firstname: first }),
    ...(last !== undefined && { lastname: last }),
    ...(country !== undefined && { country }),
  };
}

/** HubSpot's `country` is free text, and its lists and forms write it in English. */
function countryName(code: string | null): string | undefined {
  // ZZ stands for an unknown region.
  if (code === null || !/^(?!zz)[a-z]{2}$/i.test(code)) return undefined;
  return new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of(code.toUpperCase());
}

/**
 * @param part from 0; parts are a millisecond apart, so that they keep their order
 * @param at when the chat was, which is where the note stands on the contact's timeline. HubSpot requires it of a new
 *   note, in milliseconds or, as here, ISO 8601 in UTC
 *   (https://developers.hubspot.com/docs/api-reference/latest/crm/activities/notes/guide).
 */
export function note(body: string, part: number, at: Date | undefined): Values {
  return {
    hs_note_body: body,
    ...(at !== undefined && { hs_timestamp: new Date(at.getTime() + part).toISOString() }),
  };
}
