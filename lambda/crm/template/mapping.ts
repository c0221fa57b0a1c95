import { nameToFill, newName } from '../contacts/contact-name.ts';
import { countryCode } from '../contacts/country.ts';
import { fieldsOf, fieldsToFill, valuesOf } from '../contacts/filling.ts';
import type { PersonName } from '../contacts/person-name.ts';
import { followUpReference } from '../follow-ups/fields.ts';
import type { JsonObject } from '../http/shapes.ts';
import { oneLine } from '../notes/entry.ts';
import type { FollowUpRequest, Person } from '../port/adapter.ts';

/** What goes where: pure functions from what the port hands in to what the CRM's API takes. */

/** A new contact. This CRM requires a last name; for one that keeps a single name, use `fullName` of `contact-name.ts`. */
export const newContact = (person: Person): JsonObject => ({
  ...named(newName(person)),
  ...valuesOf(fieldsIn(person)),
  ...(person.ownerId !== null && { owner_id: person.ownerId }),
});

/** What of the person is missing on the contact: nobody's edit is overwritten, but where that is configured. */
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

/** Its description's last line is how it is found after an answer was lost. */
export function task(request: FollowUpRequest): JsonObject {
  const { contactId, ownerId, followUp } = request;
  return {
    contact_id: contactId,
    title: oneLine(followUp.title, maxTitleLength),
    description: followUpReference(request),
    due_at: followUp.dueAt,
    ...(ownerId !== null && { owner_id: ownerId }),
  };
}
