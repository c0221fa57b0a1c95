import type { Batch, ContactId, ContactRequest, Person } from '../port/adapter.ts';
import { attempted, bisect, fulfilled, isRefusal, rejected, settled, unanswered } from '../port/batch.ts';
import { CrmError } from '../port/errors.ts';
import { configuredOf } from './filling.ts';
import { type Identity, type LookUps, type Match, type MatchPolicy, matchContact } from './matching.ts';

/** Contains nothing empty or null. */
export type Keys = {
  readonly ids: readonly ContactId[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly customerIds: readonly NonNullable<Person['customerId']>[];
};

export type Created = { readonly id: ContactId; readonly taken: boolean };

type Values = Readonly<Record<string, unknown>>;
type Outcomes<Result> = readonly PromiseSettledResult<Result>[];

export type ContactBook<Contact extends Match> = {
  readonly maxSize: number;
  /** Every existing contact with one of the keys. No call if there are no keys. */
  readonly find: (keys: Keys, people: readonly Person[]) => Promise<readonly Contact[]>;
  /** Ignores differences in spelling, as do the next two. */
  readonly hasEmail: (contact: Contact, email: string) => boolean;
  readonly hasPhone: (contact: Contact, phone: string) => boolean;
  readonly hasCustomerId: (contact: Contact, customerId: NonNullable<Person['customerId']>) => boolean;
  readonly identityOf: (contact: Contact) => Identity;
  readonly create: (people: readonly Person[]) => Promise<Outcomes<Created>>;
  readonly toFill: (contact: Contact, person: Person) => Values;
  /** The contact as it will be after the update. */
  readonly changed: (contact: Contact, values: Values) => Contact;
  /** Never gets one contact twice. */
  readonly update: (
    changes: readonly { readonly id: ContactId; readonly values: Values }[],
  ) => Promise<Outcomes<unknown>>;
};

/** `contact` is undefined if we have just created it: there is nothing to fill. */
type Found<Contact> = { readonly id: ContactId; readonly contact: Contact | undefined };

/**
 * Finds, creates and fills many people's contacts in at most five calls. Nothing is written before the look-ups are
 * done, so a failed look-up fails all requests; a refused or unexpected one is bisected. After that, a failed call
 * fails only its own requests, so a created contact is never lost.
 */
export function upsertInBatches<Contact extends Match>(
  book: ContactBook<Contact>,
  policy: MatchPolicy,
): Batch<ContactRequest, ContactId> {
  async function upsertAll(requests: readonly ContactRequest[]): Promise<Outcomes<ContactId>> {
    const matches = await matchAll(requests);
    const missing = requests.filter((_, at) => isMissing(matches[at]));
    const outcomes = await createAll(peopleIn(missing));
    const created = new Map(missing.map((request, at) => [request, outcomes[at]]));
    const found = requests.map((request, at): PromiseSettledResult<Found<Contact>> => {
      const match = matches[at] ?? unanswered();
      if (match.status === 'rejected') return match;
      const contact = match.value;
      return contact === undefined ? (created.get(request) ?? unanswered()) : fulfilled({ id: contact.id, contact });
    });
    return fillAll(requests, found);
  }

  async function matchAll(requests: readonly ContactRequest[]): Promise<Outcomes<Contact | undefined>> {
    const unknown = requests.filter(({ known }) => known === undefined);
    const ids = requests.flatMap(({ known }) => known ?? []);
    const contacts = await book.find({ ...keysOf(peopleIn(unknown)), ids }, peopleIn(requests));
    const gone = requests.filter(({ known }) => known !== undefined && !contacts.some(({ id }) => id === known));
    const others = await book.find(keysOf(peopleIn(gone)), peopleIn(gone));
    const all = [...contacts, ...others];
    const lookUps: LookUps<Contact> = {
      byId: async (known) => all.find(({ id }) => id === known),
      byEmail: async (email) => all.filter((contact) => book.hasEmail(contact, email)),
      byPhone: async (phone) => all.filter((contact) => book.hasPhone(contact, phone)),
      byCustomerId: async (customerId) => all.filter((contact) => book.hasCustomerId(contact, customerId)),
      identityOf: book.identityOf,
    };
    return Promise.allSettled(requests.map((request) => matchContact(request, lookUps, policy)));
  }

  async function createAll(people: readonly Person[]): Promise<Outcomes<Found<Contact>>> {
    const outcomes = await settled(people, book.create);
    const ids = new Set(
      outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' && outcome.value.taken ? outcome.value.id : [])),
    );
    const [taken] = await Promise.allSettled([book.find({ ...keysOf([]), ids: [...ids] }, people)]);
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') return outcome;
      const { id } = outcome.value;
      if (!ids.has(id)) return fulfilled({ id, contact: undefined });
      if (taken.status === 'rejected') return taken;
      return fulfilled({ id, contact: taken.value.find((contact) => contact.id === id) });
    });
  }

  /** Two requests may match the same contact: each adds to what the earlier ones fill. */
  async function fillAll(
    requests: readonly ContactRequest[],
    found: Outcomes<Found<Contact>>,
  ): Promise<Outcomes<ContactId>> {
    const values = new Map<ContactId, Values>();
    const matches = requests.map(({ person }, at): PromiseSettledResult<Found<Contact>> => {
      const match = found[at] ?? unanswered();
      if (match.status === 'rejected' || match.value.contact === undefined) return match;
      const { id, contact } = match.value;
      const before = values.get(id) ?? {};
      const missing = attempted(() => book.toFill(book.changed(contact, before), person));
      if (missing.status === 'rejected') return missing;
      values.set(id, { ...before, ...missing.value });
      return match;
    });
    const changes = [...values].flatMap(([id, some]) => (Object.keys(some).length > 0 ? { id, values: some } : []));
    const updates = await settled(changes, book.update);
    const updateOf = new Map(changes.map(({ id }, at) => [id, updates[at]]));
    return matches.map((match) => {
      if (match.status === 'rejected') return match;
      const update = updateOf.get(match.value.id);
      return update?.status === 'rejected'
        ? rejected(ofContact(update.reason, match.value.id))
        : fulfilled(match.value.id);
    });
  }

  // `upsertAll` throws only for look-ups, which wrote nothing, so unexpected errors may be bisected too.
  const isItemFault = (error: unknown) => isRefusal(error) || !(error instanceof CrmError);
  const hasField = ({ person }: ContactRequest, field: string) =>
    configuredOf(person).some(({ name }) => name === field);
  return { maxSize: book.maxSize, run: (requests) => bisect(requests, upsertAll, { isItemFault, hasField }) };
}

const ofContact = (reason: unknown, contactId: ContactId) =>
  reason instanceof CrmError ? reason.with({ contactId }) : reason;

export const keysOf = (people: readonly Person[]): Keys => ({
  ids: [],
  emails: people.flatMap(({ email }) => email ?? []),
  phones: people.flatMap(({ phone }) => phone ?? []),
  customerIds: people.flatMap(({ customerId }) => customerId ?? []),
});

const peopleIn = (requests: readonly ContactRequest[]) => requests.map(({ person }) => person);

const isMissing = (match: PromiseSettledResult<unknown> | undefined) =>
  match?.status === 'fulfilled' && match.value === undefined;
