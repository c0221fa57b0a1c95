import { randomUUID } from 'node:crypto';
import type { Entry, Person } from '../adapter.ts';
import { fieldsToFill, isNothing } from '../filling.ts';
import type { LeftToDo } from '../left-to-do.ts';
import type { JsonObject } from '../shapes.ts';
import { fullName, isStandIn, standIn } from '../stand-in.ts';
import { subjectFrom } from '../ticket-parts.ts';
import type { Contact } from './shapes.ts';

/** A contact's own properties that may be configured as fields. Any other name is a custom field's. */
export const contactProperties = [
  'address',
  'company_id',
  'description',
  'job_title',
  'language',
  'mobile',
  'phone',
  'time_zone',
  'twitter_id',
  'unique_external_id',
] as const;

export const isContactProperty = (name: string) => contactProperties.some((property) => property === name);

/** The one field by which Freshdesk can tell a shop's customers apart. */
export const customerIdField = 'unique_external_id';

/** Freshdesk wants a name, and one thing at least by which nobody else is known. */
export function newContact(person: Person): JsonObject {
  const { email, phone } = person;
  const fields = [...ownId(person), ...person.fields];
  const isKnown = email !== null || phone !== null || fields.some(({ name }) => name === customerIdField);
  return {
    name: fullName(person) ?? standIn(person),
    ...(email !== null && { email }),
    ...(phone !== null && { phone }),
    ...properties(fields),
    ...(!isKnown && { unique_external_id: `smartsupp-${randomUUID()}` }),
  };
}

/** What of the person is missing on the contact. Empty where nothing is. */
export function blanks(contact: Contact, person: Person): JsonObject {
  const { email, phone } = person;
  const name = fullName(person);
  const valueNow = (field: string) => {
    if (isContactProperty(field)) return contact[field];
    const custom = contact['custom_fields'];
    return typeof custom === 'object' && custom !== null ? Reflect.get(custom, field) : undefined;
  };
  const isUnnamed = isStandIn(contact['name'], { email: contact['email'], phone: contact['phone'] });
  return {
    ...(name !== undefined && isUnnamed && { name }),
    ...(email !== null && isNothing(contact['email']) && { email }),
    ...(phone !== null && isNothing(contact['phone']) && contact['mobile'] !== phone && { phone }),
    ...properties(fieldsToFill([...ownId(person), ...person.fields], valueNow)),
  };
}

/** Without what another contact may have already. */
export function withoutUnique(contact: JsonObject): JsonObject {
  const { email: _, [customerIdField]: __, ...others } = contact;
  return others;
}

const ownId = ({ customerId }: Person) =>
  customerId === null ? [] : [{ name: customerId.field, value: customerId.value, overwrite: false }];

function properties(fields: Person['fields']): JsonObject {
  const pairs = fields.map(({ name, value }) => [name, value] as const);
  const custom = pairs.filter(([name]) => !isContactProperty(name));
  return {
    ...Object.fromEntries(pairs.filter(([name]) => isContactProperty(name))),
    ...(custom.length > 0 && { custom_fields: Object.fromEntries(custom) }),
  };
}

/** Freshdesk's numbers (https://developers.freshdesk.com/api/#ticket_attributes). */
const status = { open: 2, resolved: 4 } as const;
const priority = { low: 1, medium: 2 } as const;
const chatSource = 7;
const longestSubject = 250;

export const newTicket = (
  { contactId, ownerId }: Entry,
  html: string,
  { headline, left }: { readonly headline: string; readonly left: LeftToDo | null },
): JsonObject => ({
  requester_id: Number(contactId),
  subject: subjectFrom(headline, longestSubject),
  description: html,
  status: left === null ? status.resolved : status.open,
  priority: left === null ? priority.low : priority.medium,
  source: chatSource,
  tags: ['smartsupp'],
  ...(ownerId !== null && { responder_id: Number(ownerId) }),
});

export const reopened: JsonObject = { status: status.open };
