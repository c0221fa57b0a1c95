import { changing } from '../contacts/filling.ts';
import { type MatchPolicy, matchContact, sameEmail, samePhone, sameText } from '../contacts/matching.ts';
import type { JsonObject } from '../http/shapes.ts';
import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import type { ZendeskClient } from './client.ts';
import { fieldOf, newUser, toFill } from './mapping.ts';
import type { User } from './shapes.ts';

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
