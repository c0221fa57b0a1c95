import {
  changing,
  configuredOf,
  fieldsToFill,
  fullName,
  isNothing,
  isPlaceholderName,
  nestCustomFields,
  placeholderName,
  remarkOf,
} from '../contacts/filling.ts';
import { type MatchPolicy, matchContact, sameEmail, samePhone, sameText } from '../contacts/matching.ts';
import { isRecord, type JsonObject } from '../http/answer.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import type { User } from './answers.ts';
import type { ZendeskClient } from './client.ts';

/** Creating finds a user whom the lagging search misses, since addresses are unique; others are found by stored ids. */
export function createContacts(client: ZendeskClient, policy: MatchPolicy) {
  const lookUps = {
    byId: async (id: ContactId) => toMatch(await client.readUser(id)),
    byEmail: (email: string) => search(`email:"${email}"`, (user) => sameEmail(user['email'], email)),
    byPhone: (phone: string) => search(`phone:"${phone}"`, (user) => samePhone(user['phone'], phone)),
    byCustomerId: ({ field, value }: NonNullable<Person['customerId']>) => {
      const isMatch = (user: User) => sameText(fieldOf(user, field), value);
      if (field === 'external_id') return matching(client.searchUsers({ external_id: value }), isMatch);
      return search(`${field}:"${value.replace(/["\\]/g, ' ')}"`, isMatch);
    },
    identityOf: ({ user }: { readonly user: User }) => ({ name: user['name'], emails: [user['email']] }),
  };

  const search = (query: string, isMatch: (user: User) => boolean) => matching(client.searchUsers({ query }), isMatch);

  return async (request: ContactRequest): Promise<ContactId> => {
    const { person } = request;
    const found = await matchContact(request, lookUps, policy);
    if (found !== undefined) return fill(found.user, person);
    const created = await client.createUser(newUser(person));
    if (created !== undefined) return String(created.id);
    return fill(await client.userByAddress(person.email ?? ''), person);
  };

  async function fill(user: User, person: Person): Promise<ContactId> {
    await changing(String(user.id), update(user, toFill(user, person)));
    return String(user.id);
  }

  async function update(user: User, missing: JsonObject): Promise<void> {
    if (Object.keys(missing).length > 0 && !(await client.updateUser(user.id, missing))) {
      // Leave another user's address there: merging the two is not our decision.
      const { email: _, skip_verify_email: __, ...others } = missing;
      if (Object.keys(others).length > 0) await client.updateUser(user.id, others);
    }
  }
}

const matching = async (found: Promise<readonly User[]>, isMatch: (user: User) => boolean) =>
  (await found).filter(isMatch).flatMap((user) => toMatch(user) ?? []);

const toMatch = (user: User | undefined) =>
  user && { id: String(user.id), createdAt: String(user['created_at'] ?? ''), user };

/** Configurable standard properties; any other name is a custom field's key. */
const userProperties = [
  'alias',
  'details',
  'external_id',
  'locale',
  'notes',
  'organization_id',
  'phone',
  'time_zone',
] as const;

export const isUserProperty = (name: string) => userProperties.some((property) => property === name);

/** @param name of a property, or the key of a custom field */
function fieldOf(user: User, name: string): unknown {
  if (isUserProperty(name)) return user[name];
  const custom = user['user_fields'];
  return isRecord(custom) ? custom[name] : undefined;
}

/** Zendesk requires a name, and would ask new users by e-mail to verify their address. */
function newUser(person: Person): JsonObject {
  const { email, phone } = person;
  const remark = remarkOf(person, person.typedPhone);
  return {
    name: fullName(person) ?? placeholderName(person),
    ...(email !== null && { email }),
    ...(phone !== null && { phone }),
    ...(remark !== null && { notes: remark }),
    ...nested(configuredOf(person)),
    skip_verify_email: true,
  };
}

function toFill(user: User, person: Person): JsonObject {
  const name = fullName(person);
  const missing = fieldsToFill(configuredOf(person), (field) => fieldOf(user, field));
  const { email, phone } = person;
  const isUnnamed = isPlaceholderName(user['name'], { email: user['email'], phone: user['phone'] }, person);
  return {
    ...(name !== undefined && isUnnamed && { name }),
    ...(phone !== null && isNothing(user['phone']) && { phone }),
    ...nested(missing),
    ...(email !== null && isNothing(user['email']) && { email, skip_verify_email: true }),
  };
}

const nested = (fields: Person['fields']) => nestCustomFields(fields, isUserProperty, 'user_fields');
