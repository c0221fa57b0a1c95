import { hash } from 'node:crypto';
import type { MatchKeys } from '../conversation/match-keys.ts';
import type { ContactId, ContactRequest, Entry, RefusedValue } from '../crm/port/adapter.ts';
import { dropFromContact, writeWithoutRefused } from '../crm/write-without-refused.ts';
import { foundBy, type Identity } from '../mapping/identity.ts';
import type { PlannedContact } from '../mapping/plan.ts';
import type { Crm } from './crm.ts';
import type { Delivery } from './delivery.ts';
import { during, StageError } from './failures.ts';
import type { ContactLocks, PersonAt } from './ports.ts';

export type ContactDependencies = { readonly crm: Crm; readonly contactLocks: ContactLocks };

export type Contact = Pick<Delivery, 'contactId' | 'personDigest'>;

export type ResolvedContact = {
  readonly contact: Contact;
  /** Parts of the contact that the CRM did not accept. */
  readonly refused: readonly RefusedValue[];
};

/**
 * The visitor's contact: the one that this delivery has, or one found or created in the CRM.
 * @param planned null if the CRM keeps no contacts
 * @returns `busy` if another process is looking up or creating the same person's
 */
export async function resolveContact(
  planned: PlannedContact | null,
  { destination, contactId, personDigest }: Delivery,
  deadline: Date,
  { crm: { upsertContact, keepsEmailsUnique }, contactLocks }: ContactDependencies,
): Promise<ResolvedContact | 'busy'> {
  if (planned === null || upsertContact === undefined) {
    return { contact: { contactId: null, personDigest: null }, refused: [] };
  }
  const { person, personKey, keysOf } = planned;
  const digest = digestOf(personKey);
  const own = contactId !== null && personDigest === digest ? contactId : undefined;
  const upsert = (request: ContactRequest) => during('contact', () => upsertContact(request));

  async function upsertOnce(request: ContactRequest) {
    if (keepsEmailsUnique && request.person.email !== null) return upsert(request);
    // Without what the CRM refused, the person may be found by another key, or by none but our own.
    const [first = personKey, ...others] = keysOf(request.person);
    return withLocks([first, ...others], { destination, deadline }, contactLocks, (known) =>
      upsert({ ...request, known: known ?? request.known }),
    );
  }

  const written = await writeWithoutRefused({ person, known: own }, upsertOnce, dropFromContact);
  if (written.result === 'busy') return 'busy';
  return { contact: { contactId: written.result, personDigest: digest }, refused: written.dropped };
}

/** A contact that was merged in the CRM still belongs to the same person. */
export const belongsToAnother = (known: Contact, contact: Contact): boolean =>
  known.personDigest !== null && known.personDigest !== contact.personDigest && known.contactId !== contact.contactId;

/** Earlier attempts may have been for other people. Removes a note in doubt from their contacts. */
export async function removeFromOthers(
  entry: Entry,
  planned: PlannedContact,
  progress: Delivery,
  { identity, deadline }: { readonly identity: Identity; readonly deadline: Date },
  dependencies: ContactDependencies,
): Promise<'busy' | undefined> {
  const { findConversation, removeConversation } = dependencies.crm;
  const { destination } = progress;
  const own = foundBy(identity);
  for (const { email, phone } of progress.attemptedFor) {
    const isSame = email === own.email && phone === own.phone;
    const contactId = isSame ? undefined : await contactOf({ email, phone });
    if (contactId === 'busy') return 'busy';
    if (contactId === undefined || contactId === entry.contactId) continue;
    const logId = await during('note', () => findConversation?.({ ...entry, contactId }));
    if (logId !== undefined && logId !== progress.logId) await during('note', () => removeConversation?.(logId));
  }
  return undefined;

  async function contactOf({ email, phone }: MatchKeys): Promise<ContactId | 'busy' | undefined> {
    const person = { ...nobody, name: planned.person.name, email, phone };
    const [personKey] = planned.keysOf(person);
    if (personKey === planned.personKey) return undefined;
    if (personKey === undefined) return keptContact(planned.namelessKey);
    const resolved = await resolveContact({ ...planned, person, personKey }, progress, deadline, dependencies);
    return resolved === 'busy' ? 'busy' : (resolved.contact.contactId ?? undefined);
  }

  /** A contact by name alone is only found if it is kept with its lock. If there is none, none is created. */
  function keptContact(personKey: string): Promise<ContactId | 'busy' | undefined> {
    return withLocks([personKey], { destination, deadline }, dependencies.contactLocks, async (known) => known);
  }
}

const nobody = { customerId: null, company: null, countryCode: null, fields: [], ownerId: null, unusable: [] };

/**
 * Finds a contact while no other process does so for any of the person's keys. The first key's lock keeps the contact;
 * colleagues may share a number, so its lock keeps none.
 * @param keys always in the same order, so that one of two processes gets all of them
 * @param find is given the contact of an earlier chat
 */
async function withLocks<Found extends ContactId | undefined>(
  keys: readonly string[],
  { destination, deadline }: Pick<PersonAt, 'destination'> & { readonly deadline: Date },
  contactLocks: ContactLocks,
  find: (known: ContactId | undefined) => Promise<Found>,
): Promise<Found | 'busy'> {
  const held: PersonAt[] = [];
  let known: ContactId | undefined;
  async function release(contactId?: ContactId) {
    for (const [position, person] of held.entries()) {
      await contactLocks.release(person, deadline, position === 0 ? contactId : undefined);
    }
  }

  for (const [position, personKey] of keys.entries()) {
    const person = { personKey, destination };
    const lock = await contactLocks.acquire(person, deadline);
    if (lock.kind === 'busy') {
      await release();
      return 'busy';
    }
    held.push(person);
    if (position === 0) known = lock.contactId;
  }
  try {
    const contactId = await find(known);
    await release(contactId);
    return contactId;
  } catch (error) {
    // If the contact may still be created, keep the locks until they run out.
    if (error instanceof StageError && !error.isOutcomeUnknown) await release();
    throw error;
  }
}

/** 96 bits: enough to tell a person's few keys apart. */
const digestOf = (text: string): string => hash('sha256', text, 'base64url').slice(0, 16);
