import { isDeepStrictEqual } from 'node:util';
import type { Batch, ContactId, ContactRequest, Person } from '../adapter.ts';
import { fulfilled, rejected, settled } from '../batches/batch.ts';
import { halving, isRefusal, postponed } from '../batches/halving.ts';
import { CrmError } from '../errors.ts';
import type { SeveralMatches } from './matching.ts';
import { type Newcomer, newcomersAmong, saysMore } from './newcomers.ts';
import { recognise } from './recognise.ts';

/** What contacts can be found by, for many people at once. Nothing in it is empty or null. */
export type Keys = {
  readonly ids: readonly ContactId[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly customerIds: readonly NonNullable<Person['customerId']>[];
};

/** `taken`: it was there already. */
export type Created = { readonly id: ContactId; readonly taken: boolean };

type Values = Readonly<Record<string, unknown>>;
type Outcomes<Result> = readonly PromiseSettledResult<Result>[];

/** A CRM whose contacts are found, created and updated many at a time. */
export type ContactBook<Contact extends { readonly id: ContactId; readonly createdAt: string }> = {
  readonly most: number;
  /** Every contact that one of the keys fits. A contact that is gone is left out. */
  readonly find: (keys: Keys, people: readonly Person[]) => Promise<readonly Contact[]>;
  /** Which keys a found contact has, however they are written. */
  readonly hasEmail: (contact: Contact, email: string) => boolean;
  readonly hasPhone: (contact: Contact, phone: string) => boolean;
  readonly hasCustomerId: (contact: Contact, customerId: NonNullable<Person['customerId']>) => boolean;
  readonly create: (people: readonly Person[]) => Promise<Outcomes<Created>>;
  /** What may be written to a contact that is there already; empty for nothing. */
  readonly toFill: (contact: Contact, person: Person) => Values;
  /** The contact as it will be once it has these values. */
  readonly changed: (contact: Contact, values: Values) => Contact;
  /** No contact comes twice. */
  readonly update: (
    changes: readonly { readonly id: ContactId; readonly values: Values }[],
  ) => Promise<Outcomes<unknown>>;
};

/** The contact that a person is; without what stands on it where we have just created it. */
type Found<Contact> = { readonly id: ContactId; readonly contact?: Contact };

/**
 * Finds, creates and fills the contacts of many people in a handful of calls: one to find them (and another where known
 * ones are gone), one to create those who are missing, and one to fill blanks, if there are any. One more reads new
 * contacts, where several people of the batch are one.
 *
 * A look-up that fails is the failure of all, since nothing has been written yet; one that is refused is tried in halves,
 * lest one visitor's odd address keep out a hundred others. From then on each call fails for those alone whom it was
 * for: a contact that has been created must not be forgotten because another's blank could not be filled.
 */
export function upsertInBatches<Contact extends { readonly id: ContactId; readonly createdAt: string }>(
  book: ContactBook<Contact>,
  policy: SeveralMatches | undefined,
): Batch<ContactRequest, ContactId> {
  async function upsertAll(items: readonly ContactRequest[]): Promise<Outcomes<ContactId>> {
    const matches = await findAll(items);
    const isStranger = (_: ContactRequest, at: number) => isMissing(matches[at]);
    const created = await createAll(items.filter(isStranger).map(({ person }) => person));
    const found = matches.map((match, at) => {
      const person = items[at]?.person;
      if (match.status === 'rejected') return match;
      if (match.value !== undefined) return fulfilled({ id: match.value.id, contact: match.value });
      return (person && created.get(person)) ?? rejected(new Error('The CRM gave too few answers.'));
    });
    return fillAll(items, found);
  }

  async function findAll(items: readonly ContactRequest[]): Promise<Outcomes<Contact | undefined>> {
    const there = await find(
      items.map((item) => (item.known === undefined ? keysOf(item.person) : keysById(item.known))),
      items,
    );
    const isGone = ({ known }: ContactRequest) => known !== undefined && !there.some(({ id }) => id === known);
    const gone = items.filter(isGone);
    const pool = [
      ...there,
      ...(await find(
        gone.map(({ person }) => keysOf(person)),
        gone,
      )),
    ];
    return Promise.allSettled(items.map((item) => recognise(item, lookUpsIn(pool), policy)));
  }

  async function find(
    keys: readonly Keys[],
    items: readonly Pick<ContactRequest, 'person'>[],
  ): Promise<readonly Contact[]> {
    const all = joined(keys);
    const isNone = Object.values(all).every((some) => some.length === 0);
    return isNone
      ? []
      : book.find(
          all,
          items.map(({ person }) => person),
        );
  }

  const lookUpsIn = (pool: readonly Contact[]) => {
    const where = async (fits: (contact: Contact) => boolean) => pool.filter(fits);
    return {
      byId: async (known: ContactId) => pool.find(({ id }) => id === known),
      byEmail: (email: string) => where((contact) => book.hasEmail(contact, email)),
      byPhone: (phone: string) => where((contact) => book.hasPhone(contact, phone)),
      byCustomerId: (customerId: NonNullable<Person['customerId']>) =>
        where((contact) => book.hasCustomerId(contact, customerId)),
    };
  };

  /**
   * Whoever comes twice is created once. A contact is read, to be filled like any other, where it was there after all,
   * or where another of its people says what it may lack.
   */
  async function createAll(
    people: readonly Person[],
  ): Promise<ReadonlyMap<Person, PromiseSettledResult<Found<Contact>>>> {
    const newcomers = newcomersAmong(people);
    const outcomes = await settled(
      newcomers.map(({ fullest }) => fullest),
      book.create,
    );
    const toRead = newcomers.flatMap((newcomer, at) => idToRead(newcomer, outcomes[at]));
    const [there] = await Promise.allSettled([
      find(
        [{ ...noKeys, ids: toRead }],
        people.map((person) => ({ person })),
      ),
    ]);
    return new Map(
      newcomers.flatMap(({ fullest, all }, at) => {
        const outcome = outcomes[at];
        return outcome === undefined
          ? []
          : all.map((person) => [person, foundAs(person, { fullest, outcome, there })] as const);
      }),
    );
  }

  /** Each person adds to what those before have: as if one came after the other, but in one update. */
  async function fillAll(
    items: readonly ContactRequest[],
    found: Outcomes<Found<Contact>>,
  ): Promise<Outcomes<ContactId>> {
    const filled = new Map<ContactId, { readonly contact: Contact; readonly values: Values }>();
    for (const [at, { person }] of items.entries()) {
      const match = found[at];
      if (match?.status !== 'fulfilled' || match.value.contact === undefined) continue;
      const { id, contact } = match.value;
      const before = filled.get(id) ?? { contact, values: {} };
      const values = book.toFill(before.contact, person);
      filled.set(id, { contact: book.changed(before.contact, values), values: { ...before.values, ...values } });
    }
    const asked = [...filled].flatMap(([id, { values }]) => (Object.keys(values).length > 0 ? [{ id, values }] : []));
    const outcomes = await settled(asked, book.update);
    const outcomeOf = new Map(asked.map(({ id }, at) => [id, outcomes[at]]));
    return found.map((match) => {
      if (match.status === 'rejected') return match;
      const outcome = outcomeOf.get(match.value.id);
      return outcome?.status === 'rejected' ? outcome : fulfilled(match.value.id);
    });
  }

  return { most: book.most, run: (items) => halving(items, upsertAll) };
}

const noKeys: Keys = { ids: [], emails: [], phones: [], customerIds: [] };

const keysById = (known: ContactId): Keys => ({ ...noKeys, ids: [known] });

const keysOf = ({ email, phone, customerId }: Person): Keys => ({
  ids: [],
  emails: email === null ? [] : [email],
  phones: phone === null ? [] : [phone],
  customerIds: customerId === null ? [] : [customerId],
});

const joined = (keys: readonly Keys[]): Keys => ({
  ids: [...new Set(keys.flatMap(({ ids }) => ids))],
  emails: [...new Set(keys.flatMap(({ emails }) => emails))],
  phones: [...new Set(keys.flatMap(({ phones }) => phones))],
  customerIds: keys.flatMap(({ customerIds }) => customerIds),
});

function idToRead(
  { fullest, all }: Newcomer,
  outcome: PromiseSettledResult<Created> | undefined,
): readonly ContactId[] {
  if (outcome?.status !== 'fulfilled') return [];
  const { id, taken } = outcome.value;
  return taken || all.some((person) => saysMore(person, fullest)) ? [id] : [];
}

/** What the creation of the fullest has come to for one of the people who are that contact. */
function foundAs<Contact extends { readonly id: ContactId }>(
  person: Person,
  {
    fullest,
    outcome,
    there,
  }: {
    readonly fullest: Person;
    readonly outcome: PromiseSettledResult<Created>;
    readonly there: PromiseSettledResult<readonly Contact[]>;
  },
): PromiseSettledResult<Found<Contact>> {
  if (outcome.status === 'rejected') return refusalFor(person, fullest, outcome);
  const { id, taken } = outcome.value;
  const contact = there.status === 'fulfilled' ? there.value.find((each) => each.id === id) : undefined;
  if (contact !== undefined) return fulfilled({ id, contact });
  if (!taken && !saysMore(person, fullest)) return fulfilled({ id });
  if (there.status === 'rejected') return there;
  return taken ? fulfilled({ id }) : rejected(notYetFound());
}

/** What the fullest was refused for is perhaps no fault of the others: they come back by themselves. */
const refusalFor = (person: Person, fullest: Person, outcome: PromiseRejectedResult) =>
  isRefusal(outcome.reason) && !isDeepStrictEqual(person, fullest) ? rejected(postponed(outcome.reason)) : outcome;

const notYetFound = () =>
  new CrmError('The CRM does not find the contact that it has just created. It will be tried again.', {
    kind: 'retryable',
  });

const isMissing = (match: PromiseSettledResult<unknown> | undefined) =>
  match?.status === 'fulfilled' && match.value === undefined;
