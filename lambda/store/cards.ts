import { normaliseEmail } from '../conversation/match-keys.ts';
import type { Recording } from '../delivering/ports.ts';
import { cardKey } from './keys.ts';
import type { Table } from './table.ts';

/**
 * What tells of a chat without its words: whose it is, when it came, how it went. An item of its own, since the index has
 * all of what it lists once more.
 */
export type Card = ReturnType<typeof toCard>;

export function toCard({ conversation, revision, phone, receivedAt }: Recording, expiresAt: number) {
  const { id: conversationId, outcome, visitor } = conversation;
  const at = receivedAt.toISOString();
  return {
    ...cardKey(conversation),
    conversationId,
    outcome,
    email: normaliseEmail(visitor.email),
    phone,
    revision,
    receivedAt: at,
    listed: 'chat',
    listedAt: at,
    expiresAt,
  };
}

/** An older copy of the chat, recorded at the same moment, does not unsay what a newer one tells. */
export const putCard = (table: Table, card: Card) =>
  table.put(card, {
    // Release 0.1 wrote none.
    condition: 'attribute_not_exists(revision) OR revision <= :revision',
    values: { ':revision': card.revision },
  });
