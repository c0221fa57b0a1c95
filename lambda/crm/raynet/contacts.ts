import { changing } from '../contacts/filling.ts';
import { type MatchPolicy, matchContact, sameEmail, samePhone } from '../contacts/matching.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import type { RaynetClient } from './client.ts';
import { externalIdOf, hasExternalId, newContact, toFill } from './mapping.ts';
import { type Stored, within } from './shapes.ts';

/** Raynet has no filter for phone numbers, so the results of its full-text search are compared. */
export function createContacts(client: RaynetClient, policy: MatchPolicy) {
  const lookUps = {
    byId: async (id: ContactId) => toMatch(await client.read('person', id)),
    byEmail: async (email: string) =>
      matching(await client.findContacts({ 'contactInfo.email[LIKE_NOCASE]': likely(email) }), (info) =>
        sameEmail(info['email'], email),
      ),
    byPhone: async (phone: string) =>
      matching(await client.findContacts({ fulltext: phone }), ({ tel1, tel2 }) =>
        [tel1, tel2].some((number) => samePhone(number, phone)),
      ),
    byCustomerId: async (customerId: NonNullable<Person['customerId']>) => {
      const found = toMatch(await client.readByExternalId('person', externalIdOf(customerId)));
      return found === undefined ? [] : [found];
    },
    identityOf: ({ contact }: { readonly contact: Stored }) => {
      const { email, email2 } = within(contact, 'contactInfo');
      return { name: `${contact['firstName'] ?? ''} ${contact['lastName'] ?? ''}`, emails: [email, email2] };
    },
  };

  return async (request: ContactRequest): Promise<ContactId> => {
    const { person } = request;
    const found = await matchContact(request, lookUps, policy);
    return found === undefined ? create(person) : fill(found.contact, person);
  };

  async function create(person: Person): Promise<ContactId> {
    const { contact, customFields } = newContact(person);
    const id = await client.create('person', contact);
    if (Object.keys(customFields).length > 0) await changing(id, client.update('person', id, { customFields }));
    return id;
  }

  async function fill(contact: Stored, person: Person): Promise<ContactId> {
    const id = String(contact.id);
    const missing = toFill(contact, person);
    if (Object.keys(missing).length > 0) await changing(id, client.update('person', id, missing));
    if (person.customerId !== null) await changing(id, addCustomerId(contact, externalIdOf(person.customerId)));
    return id;
  }

  async function addCustomerId(contact: Stored, externalId: string): Promise<void> {
    const id = String(contact.id);
    const detail = 'extIds' in contact ? contact : await client.read('person', id);
    if (detail === undefined || hasExternalId(detail, externalId)) return;
    // Keep another customer's id: we cannot know which of the two is right.
    const [system] = externalId.split(':');
    if (JSON.stringify(detail['extIds'] ?? null).includes(`"${system}:`)) return;
    await client.addExternalId('person', id, externalId);
  }
}

/** In Raynet's LIKE `_` stands for one character and `%` for any number, so the results are compared. */
const likely = (text: string) => text.replaceAll('%', '_');

const matching = (found: readonly Stored[], isMatch: (contactInfo: Stored | Record<string, unknown>) => boolean) =>
  found
    .filter((contact) => isMatch({ ...within(contact, 'contactInfo') }))
    .flatMap((contact) => toMatch(contact) ?? []);

/** Raynet still shows contacts that somebody made invalid. */
const isValid = (contact: Stored) => !/invalid/i.test(String(contact['rowInfo.rowState'] ?? ''));

const toMatch = (contact: Stored | undefined) =>
  contact && isValid(contact)
    ? { id: String(contact.id), createdAt: String(contact['rowInfo.createdAt'] ?? ''), contact }
    : undefined;
