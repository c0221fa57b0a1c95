import { countryCode } from '../../conversation/locale.ts';
import { changing, fieldsToFill, isNothing, nameToFill, newName, remarkOf, writtenPhone } from '../contacts/filling.ts';
import { type MatchPolicy, matchContact, sameEmail, samePhone } from '../contacts/matching.ts';
import { isRecord, type JsonObject } from '../http/answer.ts';
import type { ContactId, ContactRequest, Field, Person } from '../port/adapter.ts';
import { type Stored, within } from './answers.ts';
import type { RaynetClient } from './client.ts';

/** Raynet has no filter for phone numbers, so the results of its full-text search are compared. */
export function createContacts(client: RaynetClient, policy: MatchPolicy) {
  const lookUps = {
    byId: async (id: ContactId) => toMatch(await client.read('person', id)),
    byEmail: async (email: string) =>
      matching(await client.findContacts({ 'contactInfo.email[LIKE_NOCASE]': likely(email) }), (info) =>
        sameEmail(info['email'], email),
      ),
    byPhone: async (phone: string) =>
      matching(await client.findContacts({ fulltext: phone }), ({ tel1, tel2 }) =>
        [tel1, tel2].some((number) => samePhone(number, phone)),
      ),
    byCustomerId: async (customerId: NonNullable<Person['customerId']>) => {
      const found = toMatch(await client.readByExternalId('person', externalIdOf(customerId)));
      return found === undefined ? [] : [found];
    },
    identityOf: ({ contact }: { readonly contact: Stored }) => {
      const { email, email2 } = within(contact, 'contactInfo');
      return { name: `${contact['firstName'] ?? ''} ${contact['lastName'] ?? ''}`, emails: [email, email2] };
    },
  };

  return async (request: ContactRequest): Promise<ContactId> => {
    const { person } = request;
    const found = await matchContact(request, lookUps, policy);
    return found === undefined ? create(person) : fill(found.contact, person);
  };

  async function create(person: Person): Promise<ContactId> {
    const { contact, customFields } = newContact(person);
    const id = await client.create('person', contact);
    if (Object.keys(customFields).length > 0) await changing(id, client.update('person', id, { customFields }));
    return id;
  }

  async function fill(contact: Stored, person: Person): Promise<ContactId> {
    const id = String(contact.id);
    const missing = toFill(contact, person);
    if (Object.keys(missing).length > 0) await changing(id, client.update('person', id, missing));
    if (person.customerId !== null) await changing(id, addCustomerId(contact, externalIdOf(person.customerId)));
    return id;
  }

  async function addCustomerId(contact: Stored, externalId: string): Promise<void> {
    const id = String(contact.id);
    const detail = 'extIds' in contact ? contact : await client.read('person', id);
    if (detail === undefined || hasExternalId(detail, externalId)) return;
    // Keep another customer's id: we cannot know which of the two is right.
    const [system] = externalId.split(':');
    if (JSON.stringify(detail['extIds'] ?? null).includes(`"${system}:`)) return;
    await client.addExternalId('person', id, externalId);
  }
}

/** In Raynet's LIKE `_` stands for one character and `%` for any number, so the results are compared. */
const likely = (text: string) => text.replaceAll('%', '_');

const matching = (found: readonly Stored[], isMatch: (contactInfo: Stored | Record<string, unknown>) => boolean) =>
  found
    .filter((contact) => isMatch({ ...within(contact, 'contactInfo') }))
    .flatMap((contact) => toMatch(contact) ?? []);

/** Raynet still shows contacts that somebody made invalid. */
const isValid = (contact: Stored) => !/invalid/i.test(String(contact['rowInfo.rowState'] ?? ''));

const toMatch = (contact: Stored | undefined) =>
  contact && isValid(contact)
    ? { id: String(contact.id), createdAt: String(contact['rowInfo.createdAt'] ?? ''), contact }
    : undefined;

/** Configurable standard properties; any other name is a custom field's key. */
const ownProperties = ['titleBefore', 'titleAfter', 'salutation', 'birthday', 'gender', 'notice', 'keyman'];
/** More of them, in `contactInfo`. */
const contactInfoProperties = ['email2', 'tel2', 'www', 'fax', 'otherContact'];

export const isOwnProperty = (name: string) => ownProperties.includes(name) || contactInfoProperties.includes(name);

/** Custom fields need a separate update: `PersonInsertDto` has none. */
function newContact(person: Person): { readonly contact: JsonObject; readonly customFields: JsonObject } {
  const { email, customerId, ownerId, fields } = person;
  const phone = writtenPhone(person);
  const { first, last } = newName(person);
  const remark = remarkOf(person);
  const info = {
    ...(email !== null && { email }),
    ...(phone !== null && { tel1: phone }),
    ...valuesOf(fields.filter(isInContactInfo)),
  };
  const country = countryCode(person.countryCode);
  const contact = {
    lastName: last,
    ...(first !== undefined && { firstName: first }),
    ...(Object.keys(info).length > 0 && { contactInfo: info }),
    ...(country !== undefined && { privateAddress: { country } }),
    ...(remark !== null && { notice: remark }),
    ...valuesOf(fields.filter(({ name }) => ownProperties.includes(name))),
    ...(customerId !== null && { extId: externalIdOf(customerId) }),
    ...(ownerId !== null && { owner: Number(ownerId) }),
  };
  return { contact, customFields: valuesOf(fields.filter(({ name }) => !isOwnProperty(name))) };
}

/** Leaves out the external id, which has its own call. */
function toFill(contact: Stored, person: Person): JsonObject {
  const [info, address, custom] = ['contactInfo', 'privateAddress', 'customFields'].map((name) =>
    within(contact, name),
  );
  const { email, fields } = person;
  const phone = writtenPhone(person);
  const { first, last } = nameToFill(
    { first: contact['firstName'], last: contact['lastName'], email: info?.['email'], phone: info?.['tel1'] },
    person,
  );
  const valueNow = (name: string) =>
    ownProperties.includes(name) ? contact[name] : (contactInfoProperties.includes(name) ? info : custom)?.[name];
  const missing = fieldsToFill(fields, valueNow);
  const missingInfo = {
    ...(email !== null && isNothing(info?.['email']) && { email }),
    ...(phone !== null && isNothing(info?.['tel1']) && { tel1: phone }),
    ...valuesOf(missing.filter(isInContactInfo)),
  };
  const missingCustom = valuesOf(missing.filter(({ name }) => !isOwnProperty(name)));
  const country = countryCode(person.countryCode);
  return {
    ...(first !== undefined && { firstName: first }),
    ...(last !== undefined && { lastName: last }),
    ...(Object.keys(missingInfo).length > 0 && { contactInfo: { ...existingValues(info, infoNames), ...missingInfo } }),
    ...(country !== undefined &&
      isNothing(address?.['country']) && { privateAddress: { ...existingValues(address, addressNames), country } }),
    ...valuesOf(missing.filter(({ name }) => ownProperties.includes(name))),
    ...(Object.keys(missingCustom).length > 0 && { customFields: missingCustom }),
  };
}

/** An update might drop properties of an object that are left out, so all are sent again. */
const existingValues = (values: JsonObject | undefined, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, values?.[name]]).filter(([, value]) => !isNothing(value)));

const infoNames = ['email', 'tel1', 'tel1Type', 'tel2Type', 'doNotSendMM', ...contactInfoProperties];
const addressNames = ['street', 'city', 'province', 'zipCode'];

const isInContactInfo = ({ name }: Field) => contactInfoProperties.includes(name);

const valuesOf = (fields: readonly Field[]) => Object.fromEntries(fields.map(({ name, value }) => [name, value]));

/** The field `extId:shop` and the value `1234` make the external id `shop:1234`. */
const externalIdOf = ({ field, value }: NonNullable<Person['customerId']>) =>
  `${field.replace(customerIdPrefix, '')}:${value}`;

export const customerIdPrefix = 'extId:';

/** Only a detail has external ids, a list has none. */
function hasExternalId(contact: Stored, externalId: string): boolean {
  const ids = contact['extIds'];
  const texts = (Array.isArray(ids) ? ids : []).flatMap((id) => (isRecord(id) ? Object.values(id) : [id]));
  return texts.includes(externalId);
}
