import { isDeepStrictEqual } from 'node:util';
import type { Person } from '../adapter.ts';
import { fold } from './same.ts';

/** People who are one contact, which is made of the fullest of them. */
export type Newcomer = { readonly fullest: Person; readonly all: readonly Person[] };

/** Whoever shares a key with another, be it through a third, is one with them: the contact of one would be found by it. */
export function newcomersAmong(people: readonly Person[]): readonly Newcomer[] {
  const groups = new Map<Key, ReadonlySet<Person>>();
  for (const person of people) {
    const those = keysIn(person).flatMap((key) => [...(groups.get(key) ?? [])]);
    const group = new Set([...those, person]);
    for (const key of [...group].flatMap(keysIn)) groups.set(key, group);
  }
  return [...new Set(groups.values())].map((group) => ({ fullest: fullestOf([...group]), all: [...group] }));
}

const fullestOf = (people: readonly Person[]) =>
  people.reduce((fullest, person) => (keysIn(person).length > keysIn(fullest).length ? person : fullest));

/** What tells a person from others, and the person itself: people who are nobody in particular are each another. */
type Key = Person | string;

const keysIn = (person: Person): readonly Key[] => [
  ...(person.email === null ? [] : [`email ${person.email}`]),
  ...(person.phone === null ? [] : [`phone ${person.phone}`]),
  ...(person.customerId === null ? [] : [`${person.customerId.field} ${fold(person.customerId.value)}`]),
  person,
];

/** Whether a contact that was made of the fullest may lack what another person says. The owner is of new ones alone. */
export const saysMore = (person: Person, fullest: Person) =>
  told.some((part) => person[part] !== null && !isDeepStrictEqual(person[part], fullest[part]));

const told = ['email', 'phone', 'customerId', 'name', 'countryCode', 'fields'] as const;
