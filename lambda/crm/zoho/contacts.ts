import { cut } from '../../conversation/clean-text.ts';
import { countryName } from '../../conversation/locale.ts';
import { type ContactBook, type Keys, upsertInBatches } from '../contacts/contact-batch.ts';
import {
  configuredOf,
  fieldsOf,
  fieldsToFill,
  isNothing,
  nameToFill,
  newName,
  remarkOf,
  valuesOf,
} from '../contacts/filling.ts';
import { type MatchPolicy, sameEmail, samePhone, sameText } from '../contacts/matching.ts';
import type { PersonName } from '../contacts/person-name.ts';
import type { Person } from '../port/adapter.ts';
import { buildEach, byKind } from '../port/batch.ts';
import type { ZohoRecord } from './answers.ts';
import type { Values, ZohoClient } from './client.ts';

type Contact = ZohoRecord & { readonly createdAt: string };

export function createContacts(client: ZohoClient, policy: MatchPolicy) {
  async function find(keys: Keys, people: readonly Person[]): Promise<readonly Contact[]> {
    const criteria = [
      ...isIn('id', keys.ids.filter(isId)),
      ...isIn('Email', keys.emails),
      ...isIn('Phone', keys.phones),
      ...isIn('Mobile', keys.phones),
      ...byCustomerId(keys),
    ];
    if (criteria.length === 0) return [];
    const columns = new Set(['id', ...contactFields, ...people.flatMap(configuredOf).map(({ name }) => name)]);
    const select = `select ${[...columns].join(', ')} from Contacts where ${anyOf(criteria)}`;
    const records = await client.query('find the contact', select);
    return records.map((record) => ({ ...record, createdAt: inUtc(record['Created_Time']) }));
  }

  const create = (people: readonly Person[]) =>
    byKind(
      people,
      ({ email }) => email !== null,
      (hasEmail, some) => buildEach(some, newContact, hasEmail ? client.createContactsByEmail : client.createContacts),
    );

  const update: ContactBook<Contact>['update'] = (changes) =>
    client.updateContacts(changes.map(({ id, values }) => ({ id, ...values })));

  const book: ContactBook<Contact> = {
    maxSize: maxValues,
    find,
    identityOf: ({ First_Name: first, Last_Name: last, Email: email }) => ({
      name: `${first ?? ''} ${last ?? ''}`,
      emails: [email],
    }),
    create,
    update,
    toFill,
    changed: (contact, values) => ({ ...contact, ...values }),
    hasEmail: (contact, email) => sameEmail(contact['Email'], email),
    hasPhone: (contact, phone) => samePhone(contact['Phone'], phone) || samePhone(contact['Mobile'], phone),
    hasCustomerId: (contact, { field, value }) => sameText(contact[field], value),
  };
  return upsertInBatches(book, policy);
}

function byCustomerId({ customerIds }: Keys): readonly string[] {
  const byField = Map.groupBy(customerIds, ({ field }) => field);
  return [...byField].flatMap(([field, ids]) => isIn(field, [...new Set(ids.map(({ value }) => value))]));
}

const isId = (id: string) => /^\d+$/.test(id);

/** Zoho writes times in the user's timezone, so they do not sort as text. */
function inUtc(time: unknown): string {
  const at = Date.parse(String(time));
  return Number.isNaN(at) ? '' : new Date(at).toISOString();
}

export const contactFields = [
  'First_Name',
  'Last_Name',
  'Email',
  'Phone',
  'Mobile',
  'Mailing_Country',
  'Created_Time',
] as const;

/** Limits of Zoho's fields (`length`, https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html). */
const maxFirstNameLength = 40;
const maxLastNameLength = 80;
const newContact = (person: Person): Values => ({
  ...named(newName(person)),
  ...remark(person),
  ...valuesOf(fieldsIn(person)),
  ...(person.ownerId !== null && { Owner: { id: person.ownerId } }),
});

function toFill(contact: ZohoRecord, person: Person): Values {
  const { First_Name: first, Last_Name: last, Email: email, Phone: phone, Mobile: mobile } = contact;
  const unknown = isNothing(mobile) ? person : { ...person, phone: null };
  const missing = fieldsToFill(fieldsIn(unknown), (name) => contact[name]);
  return { ...named(nameToFill({ first, last, email, phone }, person)), ...valuesOf(missing) };
}

const remark = (person: Person): Values => {
  const text = remarkOf(person, person.typedPhone);
  return text === null ? {} : { Description: text };
};

const fieldsIn = (person: Person) =>
  fieldsOf(person, { Email: person.email, Phone: person.phone, Mailing_Country: countryName(person.countryCode) });

const named = ({ first, last }: PersonName): Values => ({
  ...(first !== undefined && { First_Name: cut(first, maxFirstNameLength) }),
  ...(last !== undefined && { Last_Name: cut(last, maxLastNameLength) }),
});

/**
 * Values in a list of COQL
 * (https://help.zoho.com/portal/en/community/topic/kaizen-183-coql-apis-enhancements-in-zoho-crm-api-version-7).
 */
const maxValues = 100;

/** @throws RangeError for more than `maxValues` values */
export function isIn(field: string, values: readonly string[]): readonly string[] {
  if (values.length > maxValues) throw new RangeError(`A list in COQL takes ${maxValues} values.`);
  return values.length === 0 ? [] : [`${field} in (${values.map(quoted).join(', ')})`];
}

/** COQL requires brackets in pairs: `((a or b) or c)`. */
export const anyOf = (criteria: readonly string[]) => criteria.reduce((all, one) => `(${all} or ${one})`);

/** Doubles quotes (https://help.zoho.com/portal/en/community/topic/kaizen-171-faqs-on-coql-api), and backslashes. */
export const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
