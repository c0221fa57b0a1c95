import { buildEach, byKind } from '../batches/batch.ts';
import { type ContactBook, type Keys, upsertInBatches } from '../contacts/contact-batch.ts';
import { configuredOf } from '../contacts/filling.ts';
import { type MatchPolicy, sameEmail, samePhone, sameText } from '../contacts/matching.ts';
import type { Person } from '../port/adapter.ts';
import type { ZohoClient } from './client.ts';
import { anyOf, isIn, maxValues } from './coql.ts';
import { contactFields, newContact, toFill } from './mapping.ts';
import type { ZohoRecord } from './shapes.ts';

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
