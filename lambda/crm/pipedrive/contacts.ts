import { cut } from '../../conversation/clean-text.ts';
import {
  changing,
  configuredOf,
  fieldsToFill,
  fullName,
  isNothing,
  isPlaceholderName,
  nestCustomFields,
  placeholderName,
  writtenPhone,
} from '../contacts/filling.ts';
import { type LookUps, type MatchPolicy, matchContact, sameEmail } from '../contacts/matching.ts';
import { isRecord, type JsonObject } from '../http/answer.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import type { WithId } from './answers.ts';
import type { PipedriveClient } from './client.ts';

/** Pipedrive keeps nothing unique, so a failed search must throw; the core serialises two chats of one visitor. */
export function createContacts(client: PipedriveClient, policy: MatchPolicy) {
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

type StoredPerson = {
  readonly id: ContactId;
  readonly createdAt: string;
  readonly name: string;
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  /** Undefined in search results, which leave out fields and dates. */
  readonly record: JsonObject | undefined;
};

/** Pipedrive silently cuts longer names. */
const maxNameLength = 255;

/** Pipedrive requires a name, and has no country field. */
function newPerson(person: Person): JsonObject {
  const { email, ownerId } = person;
  const phone = writtenPhone(person);
  return {
    name: cut(fullName(person) ?? placeholderName(person), maxNameLength),
    ...(email !== null && { emails: [primary(email)] }),
    ...(phone !== null && { phones: [primary(phone)] }),
    ...(ownerId !== null && { owner_id: Number(ownerId) }),
    ...nested(configuredOf(person)),
  };
}

/** Replaces only a placeholder name, and fills only blanks. */
function toFill(stored: StoredPerson, person: Person): JsonObject {
  const { email } = person;
  const phone = writtenPhone(person);
  const name = fullName(person);
  return {
    ...(name !== undefined &&
      isPlaceholder(stored, person) &&
      name !== stored.name && { name: cut(name, maxNameLength) }),
    ...(email !== null && stored.emails.length === 0 && { emails: [primary(email)] }),
    ...(phone !== null && stored.phones.length === 0 && { phones: [primary(phone)] }),
    ...(stored.record && nested(fieldsToFill(configuredOf(person), (field) => valueIn(stored.record, field), isBlank))),
  };
}

const hasFields = (person: Person) => configuredOf(person).length > 0;

const isCustomField = (name: string) => /^[0-9a-f]{40}$/.test(name);

/** Money, times and addresses are objects around the value. */
function valueIn(record: JsonObject | undefined, name: string): unknown {
  const holder = isCustomField(name) ? record?.['custom_fields'] : record;
  const value = isRecord(holder) ? holder[name] : undefined;
  return isRecord(value) && 'value' in value ? value['value'] : value;
}

const fromSearch = (item: WithId): StoredPerson => stored(item, undefined, texts);

const fromRecord = (item: WithId): StoredPerson => stored(item, item, valuesOf);

function stored(
  item: WithId,
  record: JsonObject | undefined,
  textsIn: (list: unknown) => readonly string[],
): StoredPerson {
  const { id, name } = item;
  return {
    id: String(id),
    createdAt: typeof record?.['add_time'] === 'string' ? record['add_time'] : '',
    name: typeof name === 'string' ? name : '',
    emails: textsIn(item['emails']),
    phones: textsIn(item['phones']),
    record,
  };
}

const primary = (value: string) => ({ value, primary: true, label: 'work' });

const nested = (fields: Person['fields']): JsonObject =>
  nestCustomFields(fields, (name) => !isCustomField(name), 'custom_fields');

const isBlank = (value: unknown) => isNothing(value) || (Array.isArray(value) && value.length === 0);

/** A placeholder may come from any of the addresses and numbers. */
const isPlaceholder = ({ name, emails, phones }: StoredPerson, person: Person) =>
  [undefined, ...emails].some((email) =>
    [undefined, ...phones].some((phone) => isPlaceholderName(name, { email, phone }, person)),
  );

const texts = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((text): text is string => typeof text === 'string' && text.trim() !== '') : [];

const valuesOf = (list: unknown) =>
  texts(Array.isArray(list) ? list.map((each: unknown) => (isRecord(each) ? each['value'] : undefined)) : []);
