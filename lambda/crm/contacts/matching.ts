import type { ContactId, ContactRequest, Person } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';
import { splitName } from './person-name.ts';

/** The contact to take if several match. The oldest has the history. */
export type OnMultipleMatches = 'oldest' | 'newest' | 'park';

/** Whether the same phone number is the same person. */
type MatchByPhone = 'sameNameOnly' | 'always' | 'never';

export type MatchPolicy = {
  readonly onMultipleMatches?: OnMultipleMatches | undefined;
  readonly matchByPhone?: MatchByPhone | undefined;
};

/** Tells apart two people who share a number. */
export type Identity = {
  readonly name: unknown;
  /** Blank ones do not count. */
  readonly emails: readonly unknown[];
};

/** `createdAt` is in the vendor's format, which must sort by time. */
export type Match = { readonly id: ContactId; readonly createdAt: string };

/** Each must throw if it cannot tell: a failed look-up is never "not found". */
export type LookUps<Contact extends Match> = {
  /** Undefined if deleted, or merged into another. */
  readonly byId: (id: ContactId) => Promise<Contact | undefined>;
  readonly byEmail: (email: string) => Promise<readonly Contact[]>;
  readonly byPhone: (phone: string) => Promise<readonly Contact[]>;
  readonly byCustomerId: (customerId: NonNullable<Person['customerId']>) => Promise<readonly Contact[]>;
  readonly identityOf: (contact: Contact) => Identity;
};

/**
 * Finds the known contact, else by e-mail, then phone, then customer id. Null is never looked up.
 * @throws CrmError, permanent, if several match and the policy is `park`
 */
export async function matchContact<Contact extends Match>(
  { person, known }: ContactRequest,
  lookUps: LookUps<Contact>,
  { onMultipleMatches, matchByPhone }: MatchPolicy,
): Promise<Contact | undefined> {
  const { email, phone, customerId } = person;
  const existing = known === undefined ? undefined : await lookUps.byId(known);
  if (existing !== undefined) return existing;
  const searches = [
    email === null ? undefined : () => lookUps.byEmail(email),
    phone === null || matchByPhone === 'never'
      ? undefined
      : async () =>
          (await lookUps.byPhone(phone)).filter((match) =>
            isSameByPhone(lookUps.identityOf(match), person, matchByPhone),
          ),
    customerId === null ? undefined : () => lookUps.byCustomerId(customerId),
  ];
  for (const search of searches) {
    const match = search && pickMatch(await search(), onMultipleMatches);
    if (match) return match;
  }
  return undefined;
}

/** Whether a contact with the same number is this person, rather than a colleague who shares it. */
export function isSameByPhone(
  { name, emails }: Identity,
  person: Person,
  matchByPhone: MatchByPhone = 'sameNameOnly',
): boolean {
  if (matchByPhone !== 'sameNameOnly') return matchByPhone === 'always';
  const { email } = person;
  const others = emails.filter((each) => typeof each === 'string' && each.trim() !== '');
  const hasAnotherAddress = email !== null && others.length > 0 && !others.some((each) => sameEmail(each, email));
  return !hasAnotherAddress || !isAnotherName(name, person);
}

/** A part of the name, or the same words in another order, isn't another name. */
function isAnotherName(stored: unknown, { name, countryCode }: Person): boolean {
  const [ours, theirs] = [name, stored].map((each) => wordsIn(typeof each === 'string' ? each : '', countryCode));
  if (ours === undefined || theirs === undefined) return false;
  return ours.length > 0 && theirs.length > 0 && !isAmong(ours, theirs) && !isAmong(theirs, ours);
}

const isAmong = (some: readonly string[], all: readonly string[]) => some.every((word) => all.includes(word));

/** Without titles and accents; none for "Visitor 123". */
function wordsIn(name: string, countryCode: string | null): readonly string[] {
  const { first = '', last = '' } = splitName(name, countryCode);
  const plain = `${first} ${last}`.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** @throws CrmError, permanent, if several match and the policy is `park` */
export function pickMatch<Contact extends Match>(
  matches: readonly Contact[],
  policy: OnMultipleMatches = 'oldest',
): Contact | undefined {
  const unique = [...new Map(matches.map((match) => [match.id, match])).values()];
  if (unique.length > 1 && policy === 'park') {
    throw new CrmError(
      `${unique.length} contacts match this visitor (${unique.map(({ id }) => id).join(', ')}). Merge them in the CRM, ` +
        'then replay the chat.',
      { kind: 'permanent' },
    );
  }
  const oldestFirst = unique.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  return policy === 'newest' ? oldestFirst.at(-1) : oldestFirst[0];
}

export const fold = (text: string) => text.trim().toLowerCase();

export const sameText = (stored: unknown, wanted: string) =>
  (typeof stored === 'string' || typeof stored === 'number') && fold(String(stored)) === fold(wanted);

/** @param wanted trimmed, in lower case */
export const sameEmail = (stored: unknown, wanted: string) => typeof stored === 'string' && fold(stored) === wanted;

/** @param wanted in E.164 */
export const samePhone = (stored: unknown, wanted: string) =>
  typeof stored === 'string' && stored.replace(/[\s()./-]/g, '') === wanted;

/** Requests that share a key may be the same contact and must not be in one run. */
export const requestKeys = ({ person: { email, phone, customerId }, known }: ContactRequest): readonly string[] => [
  ...(email === null ? [] : [`email ${fold(email)}`]),
  ...(phone === null ? [] : [`phone ${phone}`]),
  ...(customerId === null ? [] : [`customerId ${customerId.field} ${fold(customerId.value)}`]),
  ...(known === undefined ? [] : [`id ${known}`]),
];
