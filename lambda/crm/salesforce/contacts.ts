import { cut } from '../../conversation/clean-text.ts';
import { countryCode, countryName } from '../../conversation/locale.ts';
import { type ContactBook, type Created, type Keys, keysOf, upsertInBatches } from '../contacts/contact-batch.ts';
import {
  configuredOf,
  fieldsOf,
  fieldsToFill,
  isNothing,
  nameToFill,
  newName,
  remarkOf,
  valuesOf,
  writtenPhone,
} from '../contacts/filling.ts';
import { type MatchPolicy, sameEmail, samePhone, sameText } from '../contacts/matching.ts';
import type { PersonName } from '../contacts/person-name.ts';
import type { Batch, ContactId, ContactRequest, Person } from '../port/adapter.ts';
import { buildEach, fulfilled } from '../port/batch.ts';
import { fullId, isId, RefusedRecord, type SalesforceRecord } from './answers.ts';
import { isIn, maxPerCall, type SalesforceClient, type Values } from './client.ts';

type Contact = SalesforceRecord & { readonly id: string; readonly createdAt: string };

/** Half of the limit for a URI with headers (https://help.salesforce.com/s/articleView?id=000386264). */
const maxQueryLength = 8000;

export function createContacts(
  client: SalesforceClient,
  policy: MatchPolicy,
  countries: Countries,
): Batch<ContactRequest, ContactId> {
  async function find(keys: Keys, people: readonly Person[]): Promise<readonly Contact[]> {
    const columns = new Set([...contactFields(countries), ...people.flatMap(configuredOf).map(({ name }) => name)]);
    const select = `SELECT ${[...columns].join(',')} FROM Contact WHERE `;
    const queries = inShortQueries(criteriaOf(keys), maxQueryLength - select.length);
    const pages = await Promise.all(queries.map((criteria) => client.query('find the contact', select + criteria)));
    return pages.flat().map((record) => ({ ...record, id: record.Id, createdAt: String(record['CreatedDate']) }));
  }

  async function create(people: readonly Person[]): Promise<readonly PromiseSettledResult<Created>[]> {
    const saved = await buildEach(
      people,
      (person) => newContact(person, countries),
      (records) => client.create('create the contact', 'Contact', records),
    );
    const blocked = people.filter((_, at) => isBlocked(saved[at]));
    const [there] = await Promise.allSettled([blocked.length === 0 ? [] : find(keysOf(blocked), blocked)]);
    return saved.map((outcome, at) => {
      if (outcome.status === 'fulfilled') return fulfilled({ id: outcome.value, taken: false });
      const { reason } = outcome;
      const existing = reason instanceof RefusedRecord ? reason.existing : undefined;
      if (existing !== undefined) return fulfilled({ id: existing, taken: true });
      if (!isBlocked(outcome)) return outcome;
      if (there.status === 'rejected') return there;
      const duplicate = there.value.find((contact) => people[at] && isSamePerson(contact, people[at]));
      return duplicate === undefined ? outcome : fulfilled({ id: duplicate.id, taken: true });
    });
  }

  const update: ContactBook<Contact>['update'] = (changes) =>
    client.update(
      'update the contact',
      'Contact',
      changes.map(({ id, values }) => ({ id, ...values })),
    );

  const book: ContactBook<Contact> = {
    maxSize: maxPerCall,
    find,
    create,
    update,
    identityOf: ({ FirstName: first, LastName: last, Email: email }) => ({
      name: `${first ?? ''} ${last ?? ''}`,
      emails: [email],
    }),
    toFill: (contact, person) => toFill(contact, person, countries),
    changed: (contact, values) => ({ ...contact, ...values }),
    hasEmail,
    hasPhone,
    hasCustomerId,
  };
  const { maxSize, run } = upsertInBatches(book, policy);
  return { maxSize, run: (items) => run(items.map(withFullId)) };
}

/** Answers have full ids, so stored ids must be full to compare. */
const withFullId = ({ person, known }: ContactRequest): ContactRequest => ({
  person,
  known: known === undefined ? undefined : fullId(known),
});

const hasEmail = (contact: Contact, email: string) => sameEmail(contact['Email'], email);

const hasPhone = (contact: Contact, phone: string) =>
  samePhone(contact['Phone'], phone) || samePhone(contact['MobilePhone'], phone);

const hasCustomerId = (contact: Contact, { field, value }: NonNullable<Person['customerId']>) =>
  sameText(contact[field], value);

/** Duplicate rules also match similar names, so compare what identifies a person. */
const isSamePerson = (contact: Contact, { email, phone, customerId }: Person) =>
  (email !== null && hasEmail(contact, email)) ||
  (email === null && phone !== null && hasPhone(contact, phone)) ||
  (customerId !== null && hasCustomerId(contact, customerId));

/** Blocked by a duplicate rule, which does not name the existing contact. */
const isBlocked = (outcome: PromiseSettledResult<unknown> | undefined) =>
  outcome?.status === 'rejected' &&
  outcome.reason instanceof RefusedRecord &&
  outcome.reason.code === 'DUPLICATES_DETECTED';

function criteriaOf({ ids, emails, phones, customerIds }: Keys): readonly (readonly [field: string, value: string])[] {
  return [
    ...ids.filter(isId).map((id) => ['Id', id] as const),
    ...emails.map((email) => ['Email', email] as const),
    ...phones.flatMap((phone) => [['Phone', phone] as const, ['MobilePhone', phone] as const]),
    ...customerIds.map(({ field, value }) => [field, value] as const),
  ];
}

/** Splits the criteria into queries whose encoded length is allowed. */
function inShortQueries(criteria: ReturnType<typeof criteriaOf>, maxLength: number): readonly string[] {
  if (criteria.length === 0) return [];
  const byField = Map.groupBy(criteria, ([field]) => field);
  const all = [...byField].flatMap(([field, some]) => isIn(field, [...new Set(some.map(([, value]) => value))]));
  const text = all.join(' OR ');
  if (criteria.length === 1 || encodeURIComponent(text).length <= maxLength) return [text];
  const half = Math.ceil(criteria.length / 2);
  return [...inShortQueries(criteria.slice(0, half), maxLength), ...inShortQueries(criteria.slice(half), maxLength)];
}

/** Limits of Salesforce's fields (…/object_reference/sforce_api_objects_contact.htm). */
const maxFirstNameLength = 40;
const maxLastNameLength = 80;
/** With State and Country/Territory Picklists a country is a code, else free text. */
export type Countries = { readonly codes: boolean };

const countryField = ({ codes }: Countries) => (codes ? 'MailingCountryCode' : 'MailingCountry');

const countryOf = ({ countryCode: code }: Person, { codes }: Countries) =>
  codes ? countryCode(code) : countryName(code);

export const contactFields = (countries: Countries) => [
  ...['Id', 'FirstName', 'LastName', 'Email', 'Phone', 'MobilePhone', 'CreatedDate'],
  countryField(countries),
];

const newContact = (person: Person, countries: Countries): Values => ({
  ...named(newName(person)),
  ...remark(person),
  ...valuesOf(fieldsIn(person, countries)),
  ...(person.ownerId !== null && { OwnerId: person.ownerId }),
});

function toFill(contact: SalesforceRecord, person: Person, countries: Countries): Values {
  const { FirstName: first, LastName: last, Email: email, Phone: phone, MobilePhone: mobile } = contact;
  const unknown = isNothing(mobile) ? person : { ...person, phone: null, typedPhone: null };
  const missing = fieldsToFill(fieldsIn(unknown, countries), (name) => contact[name]);
  return { ...named(nameToFill({ first, last, email, phone }, person)), ...valuesOf(missing) };
}

const remark = (person: Person): Values => {
  const text = remarkOf(person);
  return text === null ? {} : { Description: text };
};

const fieldsIn = (person: Person, countries: Countries) =>
  fieldsOf(person, {
    Email: person.email,
    Phone: writtenPhone(person),
    [countryField(countries)]: countryOf(person, countries),
  });

const named = ({ first, last }: PersonName): Values => ({
  ...(first !== undefined && { FirstName: cut(first, maxFirstNameLength) }),
  ...(last !== undefined && { LastName: cut(last, maxLastNameLength) }),
});
