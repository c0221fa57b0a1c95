import { countryName } from '../../conversation/locale.ts';
import { type ContactBook, type Keys, upsertInBatches } from '../contacts/contact-batch.ts';
import {
  companyOf,
  configuredOf,
  fieldsOf,
  fieldsToFill,
  fullName,
  nameToFill,
  placeholderName,
  valuesOf,
  writtenPhone,
} from '../contacts/filling.ts';
import {
  fold,
  type Identity,
  isSameByPhone,
  type MatchPolicy,
  sameEmail,
  samePhone,
  sameText,
} from '../contacts/matching.ts';
import { type PersonName, splitName } from '../contacts/person-name.ts';
import type { JsonObject } from '../http/answer.ts';
import type { Batch, ContactId, ContactRequest, Person } from '../port/adapter.ts';
import { buildEach, fulfilled } from '../port/batch.ts';
import type { Properties, Stored, Values } from './answers.ts';
import { inGroups, maxPerBatch } from './batches.ts';
import type { Filter, HubspotClient } from './client.ts';

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

const ownProperties = ['email', 'firstname', 'lastname', 'company', 'country', 'phone'] as const;

const propertiesFor = (people: readonly Person[]): readonly string[] => [
  ...new Set<string>([...ownProperties, ...people.flatMap(configuredOf).map(({ name }) => name)]),
];

/** Needs an address or a name (https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide). */
export function newContact(person: Person): Values {
  const isNameless = person.email === null && fullName(person) === undefined;
  return asTexts({
    ...named(isNameless ? { last: placeholderName(person) } : splitName(person.name, person.countryCode)),
    ...valuesOf(fieldsIn(person)),
    ...(person.ownerId !== null && { hubspot_owner_id: person.ownerId }),
  });
}

export function toFill(contact: Properties, person: Person): Values {
  const { firstname: first, lastname: last, email, phone } = contact;
  return asTexts({
    ...named(nameToFill({ first, last, email, phone }, person)),
    ...valuesOf(fieldsToFill(fieldsIn(person), (name) => contact[name])),
  });
}

const named = ({ first, last }: PersonName): JsonObject => ({
  ...(first !== undefined && { firstname: first }),
  ...(last !== undefined && { lastname: last }),
});

const fieldsIn = (person: Person) =>
  fieldsOf(person, {
    email: person.email,
    // HubSpot's own lists and forms have English country names.
    country: countryName(person.countryCode),
    phone: writtenPhone(person),
    company: companyOf(person),
  });

const asTexts = (values: JsonObject): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

function isContactOf({ properties: stored }: { readonly properties: Properties }, sent: Values): boolean {
  const names = sent['email'] === undefined ? ownProperties : (['email'] as const);
  return names.every((name) => fold(stored[name] ?? '') === fold(sent[name] ?? ''));
}

const isIn = (propertyName: string, values: readonly string[]): Filter => ({
  propertyName,
  operator: 'IN',
  values,
});

const typed = ['phone', 'mobilephone'] as const;
/** Normalised by HubSpot: in E.164 to compare, and without the country code to search. */
const international = ['hs_calculated_phone_number', 'hs_calculated_mobile_number'] as const;
const local = ['hs_searchable_calculated_phone_number', 'hs_searchable_calculated_mobile_number'] as const;

const numberProperties = [...typed, ...international];

/**
 * HubSpot searches by local number without country code
 * (https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm), so compare the results.
 * @param numbers in E.164
 */
async function numberFilters(numbers: readonly string[]): Promise<readonly Filter[]> {
  // Loaded only if needed: the number tables of all countries are large.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  const nationals = numbers.map((number) => parsePhoneNumberFromString(number)?.nationalNumber ?? number);
  return [...typed.map((name) => isIn(name, numbers)), ...local.map((name) => isIn(name, nationals))];
}

/** @param number in E.164 */
const isNumberOf = ({ properties }: Stored, number: string) =>
  numberProperties.some((name) => samePhone(properties[name], number));
