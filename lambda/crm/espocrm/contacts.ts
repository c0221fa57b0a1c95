import { changing } from '../contacts/filling.ts';
import { type MatchPolicy, matchContact, pickMatch } from '../contacts/matching.ts';
import type { JsonObject } from '../http/shapes.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import type { EspocrmClient } from './client.ts';
import { digitsOf, identityOf, isSamePerson, newContact, toFill } from './mapping.ts';
import type { Stored } from './shapes.ts';

/** EspoCRM's duplicate check is newer than the search, but also matches namesakes, so its matches are compared. */
export function createContacts(client: EspocrmClient, policy: MatchPolicy) {
  const by = (attribute: string, value: string) => client.find('Contact', [{ type: 'equals', attribute, value }]);

  return async (request: ContactRequest): Promise<ContactId> => {
    const { person } = request;
    const found = await matchContact(
      request,
      {
        byId: async (id) => toMatch(await client.readContact(id)),
        byEmail: async (email) => (await by('emailAddress', email)).map(withCreatedAt),
        byPhone: async (phone) => (await by('phoneNumberNumeric', digitsOf(phone))).map(withCreatedAt),
        byCustomerId: async ({ field, value }) => (await by(field, value)).map(withCreatedAt),
        identityOf,
      },
      policy,
    );
    return found === undefined ? create(person) : fill(found, person);
  };

  async function create(person: Person): Promise<ContactId> {
    const createAnyway = async (body: JsonObject) => (await client.createAnyway('Contact', body)).id;
    const isAnonymous = person.email === null && person.phone === null;
    const write = isAnonymous ? createAnyway : client.createContact;
    const answer = await write(newContact(person));
    if (typeof answer === 'string') return answer;
    const same = pickMatch(
      answer.filter((each) => isSamePerson(each, person, policy.matchByPhone)).map(withCreatedAt),
      policy.onMultipleMatches,
    );
    return same === undefined ? createAnyway(newContact(person)) : fill(same, person);
  }

  async function fill(contact: Stored, person: Person): Promise<ContactId> {
    const missing = toFill(contact, person);
    if (Object.keys(missing).length > 0) await changing(contact.id, client.updateContact(contact.id, missing));
    return contact.id;
  }
}

type Dated = Stored & { readonly createdAt: string };

const withCreatedAt = (contact: Stored): Dated => ({ ...contact, createdAt: String(contact['createdAt'] ?? '') });

const toMatch = (contact: Stored | undefined) => contact && withCreatedAt(contact);
