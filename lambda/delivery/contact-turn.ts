import type { ContactId } from '../crm/port/adapter.ts';
import { StageError } from './failures.ts';
import type { ContactLocks, PersonAt } from './ports.ts';

/**
 * Looks up or creates a contact while nobody else does so for any of the person's keys. The first key's lock keeps the
 * contact; a number may be shared by colleagues, so its lock keeps none.
 * @param keys always in the same order, so that one of two processes gets all of them
 * @param upsert gets the contact of an earlier chat
 */
export async function upsertInTurn(
  keys: readonly string[],
  { destination, deadline }: Pick<PersonAt, 'destination'> & { readonly deadline: Date },
  contactLocks: ContactLocks,
  upsert: (known: ContactId | undefined) => Promise<ContactId>,
): Promise<ContactId | 'busy'> {
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
    const contactId = await upsert(known);
    await release(contactId);
    return contactId;
  } catch (error) {
    // If the contact may still be created, keep the locks until they run out.
    if (error instanceof StageError && !error.isOutcomeUnknown) await release();
    throw error;
  }
}
