import type { ContactId, ContactRequest, Person } from '../adapter.ts';
import { chooseMatch, type SeveralMatches } from './matching.ts';

type Match = { readonly id: ContactId; readonly createdAt: string };

/** How one CRM looks for contacts. Each must fail where it cannot tell: a failed look-up is never "not found". */
export type LookUps<Contact extends Match> = {
  /** Undefined where the contact is gone: deleted, or merged into another. */
  readonly byId: (id: ContactId) => Promise<Contact | undefined>;
  readonly byEmail: (email: string) => Promise<readonly Contact[]>;
  /** @param phone in E.164 */
  readonly byPhone: (phone: string) => Promise<readonly Contact[]>;
  readonly byCustomerId: (customerId: NonNullable<Person['customerId']>) => Promise<readonly Contact[]>;
};

/**
 * The contact that a person is: the one known before, else by e-mail, then phone, then customer id. What is null is
 * never looked up by.
 * @returns undefined where there is none
 * @throws CrmError, permanent, where several match and the policy is to park
 */
export async function recognise<Contact extends Match>(
  { person: { email, phone, customerId }, known }: ContactRequest,
  lookUps: LookUps<Contact>,
  policy: SeveralMatches | undefined,
): Promise<Contact | undefined> {
  const there = known === undefined ? undefined : await lookUps.byId(known);
  if (there !== undefined) return there;
  const searches = [
    email === null ? undefined : () => lookUps.byEmail(email),
    phone === null ? undefined : () => lookUps.byPhone(phone),
    customerId === null ? undefined : () => lookUps.byCustomerId(customerId),
  ];
  for (const search of searches) {
    const match = search && chooseMatch(await search(), policy);
    if (match) return match;
  }
  return undefined;
}
