import type { ContactId, Person } from '../crm/adapter.ts';
import type { Plan } from '../mapping/plan.ts';
import { digest } from './digest.ts';
import { asked } from './failure.ts';
import type { Crm } from './gathering.ts';
import type { Contacts } from './ports.ts';

export type ContactStep = FoundContact | { readonly kind: 'busy'; readonly until: Date };

export type FoundContact = {
  readonly kind: 'found';
  readonly contactId: ContactId | undefined;
  /** Whose it is and what it has been told of them, as in the ledger; null where the CRM keeps no contacts. */
  readonly contactOf: string | null;
  readonly told: string | null;
  /** Set where the CRM was not asked for it in this attempt: it may be gone by now. */
  readonly forget?: () => Promise<void>;
};

type ContactDependencies = {
  readonly crm: Crm;
  readonly contactsFor: (person: Person) => Contacts;
  readonly destination: string;
};

/**
 * Finds the visitor's contact: in what is known of the person, where nothing new is to be told of them, or in the CRM.
 * @param options.isFresh where what was known a moment ago is not so any more
 */
export async function findContact(
  wanted: Extract<Plan, { kind: 'deliver' }>['contact'],
  deadline: Date,
  { crm: { upsertContact }, contactsFor, destination }: ContactDependencies,
  options = { isFresh: false },
): Promise<ContactStep> {
  if (wanted === null || upsertContact === undefined) {
    return { kind: 'found', contactId: undefined, contactOf: null, told: null };
  }
  const { person, personKey } = wanted;
  const contacts = contactsFor(person);
  const personAt = { personKey, destination };
  const contactOf = digest(personKey);
  // Owners are for new contacts only: another agent in the next chat is nothing to tell.
  const told = digest(JSON.stringify({ ...person, ownerId: null }));
  const upsert = async (known: ContactId | undefined): Promise<FoundContact> => {
    const contactId = await asked('contact', upsertContact({ person, known }));
    await contacts.remember(personAt, { contactId, told });
    return { kind: 'found', contactId, contactOf, told };
  };

  const claimed = await contacts.claim(personAt, deadline, options);
  switch (claimed.kind) {
    case 'busy':
      return claimed;
    case 'known': {
      const { contactId } = claimed;
      if (claimed.told !== told) return upsert(contactId);
      return { kind: 'found', contactId, contactOf, told, forget: () => contacts.forget(personAt, contactId) };
    }
    case 'claimed':
      try {
        return await upsert(undefined);
      } catch (error) {
        await contacts.release(personAt, deadline);
        throw error;
      }
  }
}
