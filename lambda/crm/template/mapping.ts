import type { FollowUpRequest, Person } from '../adapter.ts';
import { countryCode } from '../country.ts';
import { fieldsToFill, isNothing } from '../filling.ts';
import { followUpMark } from '../follow-up-mark.ts';
import { nameToFill, newName } from '../last-name.ts';
import type { JsonObject } from '../shapes.ts';

/** What goes where: pure functions from what the port hands in to what the CRM's API takes. */

/** A new contact. This CRM insists on a last name; `fullName` of `stand-in.ts` is for those that keep one name. */
export function newContact(person: Person): JsonObject {
  const { first, last } = newName(person);
  return {
    ...(first !== undefined && { first_name: first }),
    last_name: last,
    ...known(person),
    ...(person.ownerId !== null && { owner_id: person.ownerId }),
    ...Object.fromEntries(person.fields.map(({ name, value }) => [name, value])),
  };
}

/** What of the person is missing on the contact: nobody's edit is overwritten, but where that is configured. */
export function blanks(contact: JsonObject, person: Person): JsonObject {
  const { email, phone, first_name, last_name } = contact;
  const { first, last } = nameToFill({ first: first_name, last: last_name, email, phone }, person);
  const missing = Object.entries(known(person)).filter(([name]) => isNothing(contact[name]));
  const configured = fieldsToFill(person.fields, (name) => contact[name]);
  return {
    ...Object.fromEntries(missing),
    ...(first !== undefined && { first_name: first }),
    ...(last !== undefined && { last_name: last }),
    ...Object.fromEntries(configured.map(({ name, value }) => [name, value])),
  };
}

function known({ email, phone, customerId, countryCode: typed }: Person): JsonObject {
  const country = countryCode(typed);
  return {
    ...(email !== null && { email }),
    ...(phone !== null && { phone }),
    ...(country !== undefined && { country_code: country }),
    ...(customerId !== null && { [customerId.field]: customerId.value }),
  };
}

/** Its description's last line is how it is found after an answer was lost. */
export function task(request: FollowUpRequest): JsonObject {
  const { contactId, ownerId, followUp } = request;
  return {
    contact_id: contactId,
    title: followUp.title,
    description: followUpMark(request),
    due_at: followUp.dueAt,
    ...(ownerId !== null && { owner_id: ownerId }),
  };
}
