import { randomUUID } from 'node:crypto';
import { fullName, isPlaceholderName, placeholderName } from '../contacts/contact-name.ts';
import {
  configuredOf,
  fieldsToFill,
  isNothing,
  nestCustomFields,
  remarkOf,
  writtenPhone,
} from '../contacts/filling.ts';
import type { FollowUpNeeded } from '../follow-ups/follow-up-needed.ts';
import { isRecord, type JsonObject } from '../http/shapes.ts';
import { oneLine } from '../notes/entry.ts';
import type { Entry, Person } from '../port/adapter.ts';
import type { Contact } from './shapes.ts';

/** Configurable standard properties; any other name is a custom field's. */
const contactProperties = [
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

/** The only field by which Freshdesk can search for a customer id. */
export const customerIdField = 'unique_external_id';

/** Freshdesk requires a name and a unique identifier. */
export function newContact(person: Person): JsonObject {
  const { email } = person;
  const phone = writtenPhone(person);
  const fields = configuredOf(person);
  const remark = remarkOf(person);
  const isKnown = email !== null || person.phone !== null || fields.some(({ name }) => name === customerIdField);
  return {
    name: fullName(person) ?? placeholderName(person),
    ...(email !== null && { email }),
    ...(phone !== null && { phone }),
    ...(remark !== null && { description: remark }),
    ...nested(fields),
    ...(!isKnown && { unique_external_id: `smartsupp-${randomUUID()}` }),
  };
}

/** A list may leave out fields, which are then not blank. */
export const hasAllFields = (contact: Contact, person: Person) =>
  configuredOf(person).every(({ name }) => fieldOf(contact, name) !== undefined);

function fieldOf(contact: Contact, name: string): unknown {
  if (isContactProperty(name)) return contact[name];
  const custom = contact['custom_fields'];
  return isRecord(custom) ? custom[name] : undefined;
}

export function toFill(contact: Contact, person: Person): JsonObject {
  const { email } = person;
  const phone = writtenPhone(person);
  const name = fullName(person);
  const isUnnamed = isPlaceholderName(contact['name'], { email: contact['email'], phone: contact['phone'] }, person);
  return {
    ...(name !== undefined && isUnnamed && { name }),
    ...(email !== null && isNothing(contact['email']) && { email }),
    ...(phone !== null && isNothing(contact['phone']) && contact['mobile'] !== phone && { phone }),
    ...nested(fieldsToFill(configuredOf(person), (field) => fieldOf(contact, field))),
  };
}

/** Without the unique fields. */
export function withoutUnique(contact: JsonObject): JsonObject {
  const { email: _, [customerIdField]: __, ...others } = contact;
  return others;
}

const nested = (fields: Person['fields']) => nestCustomFields(fields, isContactProperty, 'custom_fields');

/** https://developers.freshdesk.com/api/#ticket_attributes */
const status = { open: 2, resolved: 4 } as const;
const priority = { low: 1, medium: 2 } as const;
const chatSource = 7;
const maxSubjectLength = 250;

export const newTicket = (
  { contactId, ownerId }: Entry,
  html: string,
  { headline, needed }: { readonly headline: string; readonly needed: FollowUpNeeded | null },
): JsonObject => ({
  requester_id: Number(contactId),
  subject: oneLine(headline, maxSubjectLength),
  description: html,
  status: needed === null ? status.resolved : status.open,
  priority: needed === null ? priority.low : priority.medium,
  source: chatSource,
  tags: ['smartsupp'],
  ...(ownerId !== null && { responder_id: Number(ownerId) }),
});

export const reopened: JsonObject = { status: status.open };
