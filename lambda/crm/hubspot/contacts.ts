import { buildEach, fulfilled } from '../batches/batch.ts';
import { type ContactBook, type Keys, upsertInBatches } from '../contacts/contact-batch.ts';
import { type Identity, isSameByPhone, type MatchPolicy, sameEmail, sameText } from '../contacts/matching.ts';
import type { Batch, ContactId, ContactRequest, Person } from '../port/adapter.ts';
import { inGroups, maxPerBatch } from './batches.ts';
import type { HubspotClient } from './client.ts';
import { asTexts, isContactOf, newContact, propertiesFor, toFill } from './mapping.ts';
import { isIn, isNumberOf, numberFilters, numberProperties } from './search.ts';
import type { Properties, Stored } from './shapes.ts';

/** Secondary addresses, joined by `;`. */
const otherEmails = 'hs_additional_emails';
/** Half of the 3,000 characters of a search: it repeats each number four times. */
const perSearch = { maxSize: maxPerBatch, size: 1500 };

/** HubSpot keeps addresses unique, even secondary ones: a second creation gets the existing contact's id. */
export function createContacts(client: HubspotClient, policy: MatchPolicy): Batch<ContactRequest, ContactId> {
  /** Searches only for people not found by e-mail: HubSpot's search lags, and has its own low limit. */
  async function find(keys: Keys, people: readonly Person[]): Promise<readonly Stored[]> {
    const properties = propertiesFor(people);
    const found = [
      ...(await client.read('contacts', keys.ids, properties)),
      ...(await client.read('contacts', keys.emails, [...properties, otherEmails], { idProperty: 'email' })),
    ];
    const isMatched = (person: Person) => {
      const { email, phone } = person;
      const isByPhone = (one: Stored) =>
        phone !== null && isNumberOf(one, phone) && isSameByPhone(identityOf(one), person, policy.matchByPhone);
      return found.some((one) => (email !== null && hasEmail(one, email)) || isByPhone(one));
    };
    const unmatched = () => people.filter((person) => !isMatched(person));
    const numbers = policy.matchByPhone === 'never' ? [] : unmatched().flatMap(({ phone }) => phone ?? []);
    for (const some of inGroups(
      numbers.filter(isAmong(keys.phones)),
      perSearch,
      (number) => 4 * quotedLength(number),
    )) {
      found.push(...(await client.searchContacts(await numberFilters(some), [...properties, ...numberProperties])));
    }
    const customerIds = unmatched().flatMap(({ customerId }) => customerId ?? []);
    const byField = Map.groupBy(customerIds.filter(isAmong(keys.customerIds)), ({ field }) => field);
    for (const [field, some] of byField) {
      const values = some.flatMap(({ value }) => [...new Set([value, value.toLowerCase()])]);
      for (const group of inGroups(values, perSearch, quotedLength)) {
        found.push(...(await client.searchContacts([isIn(field, group)], properties)));
      }
    }
    return found;
  }

  const create: ContactBook<Stored>['create'] = async (people) => {
    const build = (person: Person) => {
      const properties = newContact(person);
      return { properties, associations: [], isCreatedAs: (stored: Stored) => isContactOf(stored, properties) };
    };
    const outcomes = await buildEach(people, build, (objects) => client.create('contacts', objects));
    return outcomes.map((outcome) =>
      outcome.status === 'rejected' ? outcome : fulfilled({ id: outcome.value.id, taken: outcome.value.existed }),
    );
  };

  const book: ContactBook<Stored> = {
    maxSize: maxPerBatch,
    find,
    hasEmail,
    hasPhone: isNumberOf,
    hasCustomerId: ({ properties }, { field, value }) => sameText(properties[field], value),
    identityOf,
    create,
    toFill: ({ properties }, person) => toFill(properties, person),
    changed: (contact, values) => ({ ...contact, properties: { ...contact.properties, ...asTexts(values) } }),
    update: (changes) => client.updateContacts(changes.map(({ id, values }) => ({ id, properties: asTexts(values) }))),
  };
  return upsertInBatches(book, policy);
}

const identityOf = ({ properties }: Stored): Identity => ({
  name: `${properties['firstname'] ?? ''} ${properties['lastname'] ?? ''}`,
  emails: emailsOf(properties),
});

const emailsOf = (properties: Properties) => [properties['email'], ...(properties[otherEmails] ?? '').split(';')];

const hasEmail = ({ properties }: Stored, email: string) => emailsOf(properties).some((each) => sameEmail(each, email));

const quotedLength = (text: string) => JSON.stringify(text).length + 1;

const isAmong =
  <Item>(items: readonly Item[]) =>
  (item: Item) =>
    items.includes(item);
