import { countryCode } from '../../conversation/locale.ts';
import { changing, fieldsOf, fieldsToFill, nameToFill, newName, valuesOf } from '../contacts/filling.ts';
import { type MatchPolicy, matchContact } from '../contacts/matching.ts';
import type { PersonName } from '../contacts/person-name.ts';
import type { JsonObject } from '../http/answer.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import type { Stored, TemplateClient } from './client.ts';

export function createContacts(client: TemplateClient, policy: MatchPolicy) {
  return async (request: ContactRequest): Promise<ContactId> => {
    const found = await matchContact(
      request,
      {
        byId: async (id) => toMatch(await client.readContact(id)),
        byEmail: async (email) => (await client.findContacts('email', email)).map(withCreatedAt),
        byPhone: async (phone) => (await client.findContacts('phone', phone)).map(withCreatedAt),
        byCustomerId: async ({ field, value }) => (await client.findContacts(field, value)).map(withCreatedAt),
        identityOf,
      },
      policy,
    );
    if (found !== undefined) return fill(found, request);
    const { id, existed } = await client.createContact(newContact(request.person));
    // Another process has created the contact in between.
    const contact = existed ? await client.readContact(id) : undefined;
    return contact === undefined ? id : fill(contact, request);
  };

  async function fill(contact: Stored, { person }: ContactRequest): Promise<ContactId> {
    const missing = toFill(contact, person);
    if (Object.keys(missing).length > 0) await changing(contact.id, client.updateContact(contact.id, missing));
    return contact.id;
  }
}

/** ISO 8601 sorts by time, which the choice among several contacts needs. */
const withCreatedAt = (contact: Stored) => ({ ...contact, createdAt: String(contact['created_at'] ?? '') });

const identityOf = ({ first_name: first, last_name: last, email }: Stored) => ({
  name: `${first ?? ''} ${last ?? ''}`,
  emails: [email],
});

const toMatch = (contact: Stored | undefined) => contact && withCreatedAt(contact);

/** This CRM requires a last name; for one that keeps a single name, use `fullName` of `filling.ts`. */
const newContact = (person: Person): JsonObject => ({
  ...named(newName(person)),
  ...valuesOf(fieldsIn(person)),
  ...(person.ownerId !== null && { owner_id: person.ownerId }),
});

/** The blank values to write; nobody's edit is overwritten unless configured. */
function toFill(contact: JsonObject, person: Person): JsonObject {
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
