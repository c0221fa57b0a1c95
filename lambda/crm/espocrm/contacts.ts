import { matchContact, type OnMultipleMatches, pickMatch } from '../contacts/matching.ts';
import type { JsonObject } from '../http/shapes.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import { type EspocrmClient, RefusedField } from './client.ts';
import { digitsOf, isSamePerson, newContact, toFill } from './mapping.ts';
import type { Stored } from './shapes.ts';

/** EspoCRM's duplicate check is newer than the search, but also matches namesakes, so its matches are compared. */
export function createContacts(client: EspocrmClient, policy: OnMultipleMatches | undefined) {
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
      },
      policy,
    );
    return found === undefined ? create(person) : fill(found, person);
  };

  async function create(person: Person): Promise<ContactId> {
    const createAnyway = async (body: JsonObject) => (await client.createAnyway('Contact', body)).id;
    const isAnonymous = person.email === null && person.phone === null;
    const write = isAnonymous ? createAnyway : client.createContact;
    const answer = await withoutRefusedPhone(newContact(person), write);
    if (typeof answer === 'string') return answer;
    const same = pickMatch(answer.filter((each) => isSamePerson(each, person)).map(withCreatedAt), policy);
    return same === undefined ? withoutRefusedPhone(newContact(person), createAnyway) : fill(same, person);
  }

  async function fill(contact: Stored, person: Person): Promise<ContactId> {
    await withoutRefusedPhone(toFill(contact, person), async (missing) => {
      if (Object.keys(missing).length > 0) await client.updateContact(contact.id, missing);
    });
    return contact.id;
  }
}

/** EspoCRM refuses a contact for a number that it thinks invalid. The transcript has the number too. */
async function withoutRefusedPhone<Result>(
  body: JsonObject,
  write: (body: JsonObject) => Promise<Result>,
): Promise<Result> {
  try {
    return await write(body);
  } catch (error) {
    const isRefused = error instanceof RefusedField && error.field === 'phoneNumber';
    if (!isRefused || !('phoneNumber' in body)) throw error;
    const { phoneNumber: _, ...others } = body;
    return write(others);
  }
}

type Dated = Stored & { readonly createdAt: string };

const withCreatedAt = (contact: Stored): Dated => ({ ...contact, createdAt: String(contact['createdAt'] ?? '') });

const toMatch = (contact: Stored | undefined) => contact && withCreatedAt(contact);
