import type { Batch, ContactId, ContactRequest, Person } from '../adapter.ts';
import { fulfilled } from '../batch.ts';
import { type ContactBook, type Keys, upsertInBatches } from '../contact-batch.ts';
import type { SeveralMatches } from '../matching.ts';
import { sameEmail, sameText } from '../same.ts';
import { mostPerBatch } from './batches.ts';
import type { Filter, HubspotClient } from './client.ts';
import { blanks, isContactOf, newContact, propertiesFor } from './mapping.ts';
import { isNumberOf, numberFilters, numberProperties } from './phone.ts';
import type { Stored } from './shapes.ts';

/** A contact's further addresses, joined by `;`. */
const otherEmails = 'hs_additional_emails';
/** So that a search's body stays under 3,000 characters, and its filters at 5. */
const mostNumbersPerSearch = 15;
const mostIdsPerSearch = 5;

/**
 * Contacts in batches: look-ups, then who is missing, then blanks; each mostly one call for a hundred people.
 *
 * HubSpot's own uniqueness of addresses makes creating safe: whoever comes second is told the id of the contact that is
 * there. That also finds a contact by a secondary address that a look-up may miss.
 */
export function createContacts(
  client: HubspotClient,
  policy: SeveralMatches | undefined,
): Batch<ContactRequest, ContactId> {
  /**
   * By phone only people without an address are looked for, and by customer id only those whose address nobody has:
   * that takes HubSpot's search, which lags behind writes and has a low limit of its own.
   */
  async function find(keys: Keys, people: readonly Person[]): Promise<readonly Stored[]> {
    const properties = propertiesFor(people);
    const found = [
      ...(await client.read('contacts', keys.ids, properties)),
      ...(await client.read('contacts', keys.emails, [...properties, otherEmails], { idProperty: 'email' })),
    ];
    const isFound = (email: string | null) => email !== null && found.some((contact) => hasEmail(contact, email));
    const wanted = people.filter(({ email }) => !isFound(email));
    const numbers = wanted.flatMap(({ email, phone }) => (email === null && phone !== null ? phone : []));
    for (const some of inGroups(numbers.filter(isAmong(keys.phones)), mostNumbersPerSearch)) {
      found.push(...(await client.searchContacts(await numberFilters(some), [...properties, ...numberProperties])));
    }
    const customerIds = wanted.flatMap(({ customerId }) => customerId ?? []);
    for (const some of inGroups(customerIds.filter(isAmong(keys.customerIds)), mostIdsPerSearch)) {
      found.push(...(await client.searchContacts(some.map(isEqual), properties)));
    }
    return found;
  }

  const create: ContactBook<Stored>['create'] = async (people) => {
    const objects = people.map((person) => {
      const properties = newContact(person);
      return { properties, associations: [], isCreatedAs: (stored: Stored) => isContactOf(stored, properties) };
    });
    const outcomes = await client.create('contacts', objects);
    return outcomes.map((outcome) =>
      outcome.status === 'rejected' ? outcome : fulfilled({ id: outcome.value.id, taken: outcome.value.existed }),
    );
  };

  const book: ContactBook<Stored> = {
    most: mostPerBatch,
    find,
    hasEmail,
    hasPhone: isNumberOf,
    hasCustomerId: ({ properties }, { field, value }) => sameText(properties[field], value),
    create,
    toFill: ({ properties }, person) => blanks(properties, person),
    update: (changes) =>
      client.updateContacts(changes.map(({ id, values }) => ({ id, properties: asProperties(values) }))),
  };
  return upsertInBatches(book, policy);
}

const hasEmail = ({ properties }: Stored, email: string) =>
  [properties['email'], ...(properties[otherEmails] ?? '').split(';')].some((each) => sameEmail(each, email));

const isEqual = ({ field, value }: { readonly field: string; readonly value: string }): Filter => ({
  propertyName: field,
  operator: 'EQ',
  value,
});

const asProperties = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

const isAmong =
  <Item>(items: readonly Item[]) =>
  (item: Item) =>
    items.includes(item);

const inGroups = <Item>(items: readonly Item[], size: number) =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, group) => items.slice(group * size, (group + 1) * size));
