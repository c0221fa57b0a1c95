import { changing } from '../contacts/filling.ts';
import { type MatchPolicy, matchContact, sameEmail, samePhone } from '../contacts/matching.ts';
import type { JsonObject } from '../http/shapes.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';
import type { FreshdeskClient } from './client.ts';
import { customerIdField, hasAllFields, newContact, toFill, withoutUnique } from './mapping.ts';
import type { Contact } from './shapes.ts';

/** Freshdesk keeps addresses unique among contacts, deleted contacts and agents; their owner becomes the requester. */
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
