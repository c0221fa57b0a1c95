import { changing } from '../contacts/filling.ts';
import { type LookUps, type MatchPolicy, matchContact, sameEmail } from '../contacts/matching.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import type { PipedriveClient } from './client.ts';
import { fromRecord, fromSearch, hasFields, newPerson, type StoredPerson, toFill, valueIn } from './mapping.ts';

/** Pipedrive keeps nothing unique, so a failed search must throw; the core serialises two chats of one visitor. */
export function createPersons(client: PipedriveClient, policy: MatchPolicy) {
  const lookUps: LookUps<StoredPerson> = {
    byId: async (id) => toStored(await client.readPerson(id)),
    byEmail: async (email) => {
      const found = (await client.searchPersons(email, 'email', true)).map(fromSearch);
      return withDates(found.filter(({ emails }) => emails.some((each) => sameEmail(each, email))));
    },
    // Numbers are stored as typed: search for parts, then compare the digits.
    byPhone: async (phone) => {
      const found = (await client.searchPersons(phone, 'phone', false)).map(fromSearch);
      return withDates(found.filter(({ phones }) => phones.some((each) => digitsOf(each) === digitsOf(phone))));
    },
    // The search covers all custom fields without naming them.
    byCustomerId: async ({ field, value }) => {
      const candidates = await client.searchPersons(value, 'custom_fields', true);
      if (candidates.length === 0) return [];
      const found = await client.readPersons(candidates.map(({ id }) => String(id)));
      return found.filter((record) => String(valueIn(record, field)) === value).map(fromRecord);
    },
    identityOf: ({ name, emails }) => ({ name, emails }),
  };

  /** Search results have no dates, which are needed to choose among several. */
  async function withDates(found: readonly StoredPerson[]): Promise<readonly StoredPerson[]> {
    return found.length < 2 ? found : (await client.readPersons(found.map(({ id }) => id))).map(fromRecord);
  }

  return async (request: ContactRequest): Promise<ContactId> => {
    const { person } = request;
    const found = await matchContact(request, lookUps, policy);
    const stored = found && (await withFields(found, person));
    if (stored === undefined) return client.createPerson(newPerson(person));
    const missing = toFill(stored, person);
    if (Object.keys(missing).length > 0) await changing(stored.id, client.updatePerson(stored.id, missing));
    return stored.id;
  };

  async function withFields(found: StoredPerson, person: Person): Promise<StoredPerson | undefined> {
    if (found.record !== undefined || !hasFields(person)) return found;
    return toStored(await client.readPerson(found.id));
  }
}

const toStored = (record: Parameters<typeof fromRecord>[0] | undefined) => record && fromRecord(record);

const digitsOf = (number: string) => number.replace(/\D/g, '').replace(/^00/, '');
