import { randomUUID } from 'node:crypto';
import type { ContactLocks, PersonAt } from '../delivery/ports.ts';
import { contactPrefix, expiresAt, personPartition } from './keys.ts';
import { collect, deleteFound, type Table, textIn } from './table.ts';

/** Contact locks in the table. Each also holds the person's contact. */
export function createContactLocks(
  table: Table,
  { retentionDays, now }: { readonly retentionDays: number; readonly now: () => Date },
): ContactLocks {
  const keyOf = ({ personKey, destination }: PersonAt) => ({
    pk: personPartition(personKey),
    sk: contactPrefix + destination,
  });

  return {
    acquire: async (person, until) => {
      const { isWritten, old } = await table.update(keyOf(person), {
        update: 'SET lockedUntil = :until, lockId = :id, expiresAt = :expires',
        // The SDK repeats an update whose answer was lost, and the second must accept its own lock.
        condition: 'attribute_not_exists(lockedUntil) OR lockedUntil <= :now OR lockId = :id',
        values: {
          ':until': until.toISOString(),
          ':id': randomUUID(),
          ':now': now().toISOString(),
          ':expires': expiresAt(now(), retentionDays),
        },
        returnsOld: true,
      });
      return isWritten ? { kind: 'acquired', contactId: textIn(old?.['contactId']) } : { kind: 'busy' };
    },
    release: async (person, until, contactId) => {
      await table.update(keyOf(person), {
        update: contactId === undefined ? 'REMOVE lockedUntil' : 'SET contactId = :contactId REMOVE lockedUntil',
        // Only if the lock is still ours.
        condition: 'lockedUntil = :until',
        values: { ':until': until.toISOString(), ':contactId': contactId },
      });
    },
  };
}

export type PersonContact = { readonly destination: string; readonly contactId: string };

export function createPersons(table: Table) {
  return {
    contactsOf: async (personKey: string): Promise<readonly PersonContact[]> =>
      (await collect(table.query({ partition: personPartition(personKey) }))).flatMap(({ sk, contactId }) =>
        typeof contactId === 'string' ? [{ destination: String(sk).slice(contactPrefix.length), contactId }] : [],
      ),
    forget: (personKey: string) => deleteFound(table, { partition: personPartition(personKey) }),
  };
}
