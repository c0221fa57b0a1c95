import type { Contacts, PersonAt } from '../delivering/ports.ts';
import { contactKey, expiresAt } from './keys.ts';
import type { Table } from './table.ts';

/** Contacts in the table, beside the person's chats. A claim keeps two chats of one visitor from making two contacts. */
export function createContacts(
  table: Table,
  options: { readonly retentionDays: number; readonly now: () => Date },
): Contacts {
  const key = ({ personKey, destination }: PersonAt) => contactKey(personKey, destination);
  const expiry = () => expiresAt(options.now(), options.retentionDays);

  return {
    claim: async (person, until, { isFresh } = { isFresh: false }) => {
      const now = options.now();
      // Else at half the price: who reads what was so a moment ago fails to claim, and asks again.
      const known = await table.get(key(person), { consistent: isFresh });
      if (typeof known?.['contactId'] === 'string') {
        // Release 0.1 did not write down what it had told.
        return { kind: 'known', contactId: known['contactId'], told: String(known['told'] ?? '') };
      }
      const claimedUntil = new Date(String(known?.['claimedUntil']));
      if (claimedUntil > now) return { kind: 'busy', until: claimedUntil };
      const item = { ...key(person), claimedUntil: until.toISOString(), expiresAt: expiry() };
      const { held } = await table.put(item, {
        condition: 'attribute_not_exists(pk) OR (attribute_not_exists(contactId) AND claimedUntil <= :now)',
        values: { ':now': now.toISOString() },
      });
      return held ? { kind: 'claimed' } : { kind: 'busy', until };
    },
    remember: async (person, contact) => {
      await table.put({ ...key(person), ...contact, expiresAt: expiry() });
    },
    forget: async (person, contactId) => {
      await table.delete(key(person), { condition: 'contactId = :contactId', values: { ':contactId': contactId } });
    },
    release: async (person, until) => {
      await table.update(key(person), {
        update: 'SET claimedUntil = :now',
        condition: 'claimedUntil = :until',
        values: { ':now': options.now().toISOString(), ':until': until.toISOString() },
      });
    },
  };
}
