import { countryCode } from '../../conversation/language.ts';
import { nameToFill, newName } from '../contacts/contact-name.ts';
import { fieldsOf, fieldsToFill, valuesOf } from '../contacts/filling.ts';
import type { PersonName } from '../contacts/person-name.ts';
import type { JsonObject } from '../http/shapes.ts';
import { oneLine } from '../notes/entry.ts';
import type { FollowUpRequest, Person } from '../port/adapter.ts';

/** Pure functions from the port's types to the CRM's fields. */

/** This CRM requires a last name; for one that keeps a single name, use `fullName` of `contact-name.ts`. */
export const newContact = (person: Person): JsonObject => ({
  ...named(newName(person)),
  ...valuesOf(fieldsIn(person)),
  ...(person.ownerId !== null && { owner_id: person.ownerId }),
});

/** The blank values to write; nobody's edit is overwritten unless configured. */
export function toFill(contact: JsonObject, person: Person): JsonObject {
  const { first_name: first, last_name: last, email, phone } = contact;
  return {
    ...named(nameToFill({ first, last, email, phone }, person)),
    ...valuesOf(fieldsToFill(fieldsIn(person), (name) => contact[name])),
  };
}

const named = ({ first, last }: PersonName): JsonObject => ({
  ...(first !== undefined && { first_name: first }),
  ...(last !== undefined && { last_name: last }),
});

const fieldsIn = (person: Person) =>
  fieldsOf(person, { email: person.email, phone: person.phone, country_code: countryCode(person.countryCode) });

const maxTitleLength = 255;

/** The description's last line finds the task after a lost answer. */
export function task(request: FollowUpRequest, html: string): JsonObject {
  const { contactId, ownerId, followUp } = request;
  return {
    contact_id: contactId,
    title: oneLine(followUp.title, maxTitleLength),
    description: html,
    due_at: followUp.dueAt,
    ...(ownerId !== null && { owner_id: ownerId }),
  };
}
