import { normaliseEmail } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { Recording } from '../delivering/ports.ts';
import { together } from '../platform/together.ts';
import { cardKey, chatPartition, conversationIdOf } from './keys.ts';
import { type Item, type Key, mostPerPut, type Table } from './table.ts';

/**
 * What tells of a chat without its words: whose it is, when it came, how it went. An item of its own, since the index has
 * all of what it lists once more.
 */
export type Card = ReturnType<typeof toCard>;

export const cardKeyOf = ({ conversation, revision }: Pick<Recording, 'conversation' | 'revision'>): Key =>
  cardKey(conversation, revision);

export function toCard(recording: Recording, expiresAt: number) {
  const { conversation, revision, phone, receivedAt } = recording;
  const { id: conversationId, outcome, visitor } = conversation;
  const at = receivedAt.toISOString();
  return {
    ...cardKeyOf(recording),
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

/**
 * Each copy of a chat has a card of its own, so that none can unsay what a newer one tells, and those of a batch are
 * written in one request. Once a copy is replaced, or turns out to have nothing to say, its card goes.
 */
export const createPutCard = (table: Pick<Table, 'putMany'>) => together<Card>(table.putMany, mostPerPut);

/** The newest copy's card of each chat: what an older one tells holds no more. */
export function newestCards(cards: readonly Item[]): readonly Item[] {
  const newest = new Map<string, Item>();
  for (const card of cards) {
    const id = conversationIdOf(String(card['sk']));
    if (!isOlder(card, newest.get(id))) newest.set(id, card);
  }
  return [...newest.values()];
}

/** Release 0.1 wrote no revision. */
const revisionIn = (card: Item | undefined) => String(card?.['revision'] ?? '');
const isOlder = (card: Item, than: Item | undefined) => revisionIn(card) < revisionIn(than);

/** By what a chat's header tells where the card of its copy lies. */
export const cardAttributes = ({ pk, sk }: Key) => ({ card: pk, cardSort: sk });

/** Where the card lies of which a header tells. Release 0.1 has told nothing, 0.2 the partition alone. */
export function cardIn({ card, cardSort }: Item, conversation: Conversation): Key {
  const { pk } = cardKey(conversation, '');
  return { pk: String(card ?? pk), sk: String(cardSort ?? chatPartition(conversation.id)) };
}
