import { countryCode } from '../../conversation/language.ts';
import { nameToFill, newName } from '../contacts/contact-name.ts';
import { fieldsToFill, isNothing, remarkOf, writtenPhone } from '../contacts/filling.ts';
import { isRecord, type JsonObject } from '../http/shapes.ts';
import { oneLine } from '../notes/entry.ts';
import type { Entry, Field, FollowUpRequest, Person } from '../port/adapter.ts';
import { type Stored, within } from './shapes.ts';

/** Configurable standard properties; any other name is a custom field's key. */
const ownProperties = ['titleBefore', 'titleAfter', 'salutation', 'birthday', 'gender', 'notice', 'keyman'];
/** More of them, in `contactInfo`. */
const contactInfoProperties = ['email2', 'tel2', 'www', 'fax', 'otherContact'];

export const isOwnProperty = (name: string) => ownProperties.includes(name) || contactInfoProperties.includes(name);

/** Custom fields need a separate update: `PersonInsertDto` has none. */
export function newContact(person: Person): { readonly contact: JsonObject; readonly customFields: JsonObject } {
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
export function toFill(contact: Stored, person: Person): JsonObject {
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
export const externalIdOf = ({ field, value }: NonNullable<Person['customerId']>) =>
  `${field.replace(customerIdPrefix, '')}:${value}`;

export const customerIdPrefix = 'extId:';

/** Only a detail has external ids, a list has none. */
export function hasExternalId(contact: Stored, externalId: string): boolean {
  const ids = contact['extIds'];
  const texts = (Array.isArray(ids) ? ids : []).flatMap((id) => (isRecord(id) ? Object.values(id) : [id]));
  return texts.includes(externalId);
}

const maxTitleLength = 200;

export type ChatTimes = { readonly from: string; readonly till: string };

export const newEvent = (
  { contactId, conversation }: Entry,
  html: string,
  part: number,
  { headline, owner, times }: { readonly headline: string; readonly owner: string; readonly times: ChatTimes },
): JsonObject => ({
  title: oneLine(headline, maxTitleLength),
  priority: 'DEFAULT',
  owner: Number(owner),
  person: Number(contactId),
  scheduledFrom: times.from,
  scheduledTill: times.till,
  completed: times.till,
  description: html,
  tags: ['smartsupp'],
  extId: eventIdOf(conversation.id, part),
});

/** A participant without an id is added (`TaskEditDtoParticipantsInner` of Raynet's OpenAPI). */
export const changedEvent = ({ contactId, contactChanged }: Entry, html: string, headline: string): JsonObject => ({
  title: oneLine(headline, maxTitleLength),
  description: html,
  ...(contactChanged === true && { participants: [{ person: Number(contactId) }] }),
});

export const eventIdOf = (conversationId: string, part: number) =>
  part === 0 ? `smartsupp:${conversationId}` : `smartsupp:${conversationId}:part-${part + 1}`;

export const newTask = (request: FollowUpRequest, html: string, owner: string): JsonObject => ({
  title: oneLine(request.followUp.title, maxTitleLength),
  priority: 'DEFAULT',
  owner: Number(owner),
  resolver: Number(owner),
  deadline: withOffset(request.followUp.dueAt),
  person: Number(request.contactId),
  description: html,
  tags: ['smartsupp'],
  extId: taskIdOf(request),
});

export const taskIdOf = ({ conversation, followUp }: FollowUpRequest) =>
  `smartsupp:${conversation.id}:follow-up-${followUp.reason}`;

/** Raynet's ISO 8601, `2022-01-01T12:00:00.000+01:00`, has no `Z`. */
export const withOffset = (instant: string) => instant.replace(/Z$/, '+00:00');
