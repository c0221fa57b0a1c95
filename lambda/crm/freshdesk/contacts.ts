import { randomUUID } from 'node:crypto';
import {
  changing,
  configuredOf,
  fieldsToFill,
  fullName,
  isNothing,
  isPlaceholderName,
  nestCustomFields,
  placeholderName,
  remarkOf,
  writtenPhone,
} from '../contacts/filling.ts';
import { type MatchPolicy, matchContact, sameEmail, samePhone } from '../contacts/matching.ts';
import { isRecord, type JsonObject } from '../http/answer.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';
import type { Contact } from './answers.ts';
import type { FreshdeskClient } from './client.ts';

/**
 * Freshdesk keeps addresses unique among contacts, deleted contacts and agents; the one who has the address becomes the
 * requester.
 */
export function createContacts(client: FreshdeskClient, policy: MatchPolicy) {
  const lookUps = {
    byId: async (id: ContactId) => {
      const contact = await client.readContact(id);
      return contact === undefined || contact['deleted'] === true ? undefined : toMatch(contact);
    },
    byEmail: async (email: string) => {
      const found = await client.findContacts('email', email);
      // Freshdesk reports a secondary address only when a contact is created.
      return found.filter((contact) => sameEmail(contact['email'], email)).map(toMatch);
    },
    byPhone: async (phone: string) => {
      const found = [...(await client.findContacts('phone', phone)), ...(await client.findContacts('mobile', phone))];
      const has = (contact: Contact) => samePhone(contact['phone'], phone) || samePhone(contact['mobile'], phone);
      return found.filter(has).map(toMatch);
    },
    byCustomerId: async ({ field, value }: NonNullable<Person['customerId']>) => {
      if (field !== customerIdField) throw cannotBeFoundBy(field);
      return (await client.findContacts(customerIdField, value)).map(toMatch);
    },
    identityOf: ({ contact }: { readonly contact: Contact }) => ({ name: contact['name'], emails: [contact['email']] }),
  };

  return async (request: ContactRequest): Promise<ContactId> => {
    const { person } = request;
    const found = await matchContact(request, lookUps, policy);
    if (found !== undefined) return fill(await inFull(found.contact, person), person);
    const created = await client.createContact(newContact(person));
    return 'takenBy' in created ? takeOver(String(created.takenBy), person) : String(created.id);
  };

  async function inFull(contact: Contact, person: Person): Promise<Contact> {
    return hasAllFields(contact, person) ? contact : ((await client.readContact(String(contact.id))) ?? contact);
  }

  async function takeOver(id: ContactId, person: Person): Promise<ContactId> {
    const contact = await client.readContact(id);
    // An agent has no contact, but can be a requester.
    if (contact === undefined) return id;
    if (contact['deleted'] === true) await client.restoreContact(contact.id);
    return fill(contact, person);
  }

  async function fill(contact: Contact, person: Person): Promise<ContactId> {
    await changing(String(contact.id), update(contact, toFill(contact, person)));
    return String(contact.id);
  }

  async function update(contact: Contact, missing: JsonObject): Promise<void> {
    if (Object.keys(missing).length > 0 && !(await client.updateContact(contact.id, missing))) {
      // Leave another contact's address there: merging the two is not our decision.
      const others = withoutUnique(missing);
      if (Object.keys(others).length > 0) await client.updateContact(contact.id, others);
    }
  }
}

const toMatch = (contact: Contact) => ({
  id: String(contact.id),
  createdAt: String(contact['created_at'] ?? ''),
  contact,
});

const cannotBeFoundBy = (field: string) =>
  new CrmError(
    `Freshdesk cannot find contacts by "${field}": set customerIdField to ${customerIdField}, then deploy.`,
    { kind: 'permanent' },
    { vendor: 'Freshdesk', refused: [{ part: 'customerId', field, code: 'not_searchable' }], isLookUp: true },
  );

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
function newContact(person: Person): JsonObject {
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
const hasAllFields = (contact: Contact, person: Person) =>
  configuredOf(person).every(({ name }) => fieldOf(contact, name) !== undefined);

function fieldOf(contact: Contact, name: string): unknown {
  if (isContactProperty(name)) return contact[name];
  const custom = contact['custom_fields'];
  return isRecord(custom) ? custom[name] : undefined;
}

function toFill(contact: Contact, person: Person): JsonObject {
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

function withoutUnique(contact: JsonObject): JsonObject {
  const { email: _, [customerIdField]: __, ...others } = contact;
  return others;
}

const nested = (fields: Person['fields']) => nestCustomFields(fields, isContactProperty, 'custom_fields');
