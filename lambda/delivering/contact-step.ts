import { createHash } from 'node:crypto';
import type { ContactId, Person } from '../crm/adapter.ts';
import type { Plan } from '../mapping/plan.ts';
import { asked } from './failure.ts';
import type { Crm } from './gathering.ts';
import type { Contacts, PersonAt } from './ports.ts';

export type ContactStep = FoundContact | { readonly kind: 'busy'; readonly until: Date };

export type FoundContact =
  /** Not asked of the CRM in this attempt: it may be gone by now. */
  | { readonly kind: 'found'; readonly contactId: ContactId; readonly remembered: PersonAt }
  | { readonly kind: 'found'; readonly contactId: ContactId | undefined; readonly remembered: undefined };

type ContactDependencies = { readonly crm: Crm; readonly contacts: Contacts; readonly destination: string };

/**
 * Finds the visitor's contact: in what is known of the person, where nothing new is to be told of them, or in the CRM.
 * @param options.isFresh where what was known a moment ago is not so any more
 */
export async function findContact(
  wanted: Extract<Plan, { kind: 'deliver' }>['contact'],
  deadline: Date,
  { crm: { upsertContact }, contacts, destination }: ContactDependencies,
  options = { isFresh: false },
): Promise<ContactStep> {
  if (wanted === null || upsertContact === undefined) {
    return { kind: 'found', contactId: undefined, remembered: undefined };
  }
  const { person, personKey } = wanted;
  const personAt = { personKey, destination };
  const told = digestOf(person);
  const upsert = async (known: ContactId | undefined): Promise<FoundContact> => {
    const contactId = await asked('contact', upsertContact({ person, known }));
    await contacts.remember(personAt, { contactId, told });
    return { kind: 'found', contactId, remembered: undefined };
  };

  const claimed = await contacts.claim(personAt, deadline, options);
  switch (claimed.kind) {
    case 'busy':
      return claimed;
    case 'known':
      if (claimed.told !== told) return upsert(claimed.contactId);
      return { kind: 'found', contactId: claimed.contactId, remembered: personAt };
    case 'claimed':
      try {
        return await upsert(undefined);
      } catch (error) {
        await contacts.release(personAt, deadline);
        throw error;
      }
  }
}

/** Owners are for new contacts only: another agent in the next chat is nothing to tell. */
const digestOf = (person: Person) =>
  createHash('sha256')
    .update(JSON.stringify({ ...person, ownerId: null }))
    .digest('base64url')
    .slice(0, 16);
