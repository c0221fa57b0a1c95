import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { normaliseEmail } from '../conversation/match-keys.ts';
import type { Recording } from '../delivering/ports.ts';
import { together } from '../platform/together.ts';
import { cardKey, conversationIdOf } from './keys.ts';
import { type Item, type Key, mostPerPut, type Table } from './table.ts';

/**
 * What tells of a chat without its words: whose it is, when it came, how it went. An item of its own, since the index has
 * all of what it lists once more. Each copy of the chat has one, so that none can unsay what a newer one tells; that of a
 * copy which is replaced, or came too late, is deleted.
 */
export type Card = ReturnType<typeof toCard>;

/** Two copies may be of one revision, where they came in the same millisecond. */
export const cardKeyOf = ({ conversation, revision, contentHash }: Recording): Key =>
  cardKey(conversation, `${revision}#${contentHash.slice(0, 8)}`);

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
 * Writes those of chats that are recorded at once in one request. Where DynamoDB refuses that, each is written alone: one
 * of them is not to keep out the others.
 */
export function createPutCard(table: Pick<Table, 'putMany'>) {
  const put = together<Card>((cards) => table.putMany(cards), mostPerPut);
  return (card: Card): Promise<void> =>
    put(card).catch((error: unknown) => {
      if (error instanceof DynamoDBServiceException) return table.putMany([card]);
      throw error;
    });
}

/** The newest copy's card of each chat: while one takes the place of another, there are both. */
export function newestCards(cards: readonly Item[]): readonly Item[] {
  const newest = new Map<string, Item>();
  for (const card of cards) {
    const { conversationId } = foundCard(card);
    if (!isOlder(card, newest.get(conversationId))) newest.set(conversationId, card);
  }
  return [...newest.values()];
}

/** Release 0.1 wrote no revision. */
const revisionIn = (card: Item | undefined) => String(card?.['revision'] ?? '');
const isOlder = (card: Item, than: Item | undefined) => revisionIn(card) < revisionIn(than);

/** A card by which a chat is found. */
export type FoundCard = { readonly conversationId: string; readonly card: Key };

export const foundCard = ({ pk, sk }: Item): FoundCard => ({
  conversationId: conversationIdOf(String(sk)),
  card: { pk: String(pk), sk: String(sk) },
});

/**
 * What a header is told of its copy's card, and keeps of the one that it told before: whoever dies before deleting that, or
 * is not answered, finds it there.
 */
export const settingCard = ({ pk, sk }: Key) => ({
  set: [
    'card = :card',
    'cardSort = :cardSort',
    'formerCard = if_not_exists(card, :none)',
    'formerCardSort = if_not_exists(cardSort, :none)',
  ],
  values: { ':card': pk, ':cardSort': sk, ':none': '' },
});

/** Where the card lies of the copy whose header this is. */
export const cardIn = (header: Item | undefined) => keyIn(header, 'card', 'cardSort');

/** Where that of the copy lay in whose place it came. */
export const formerCardIn = (header: Item | undefined) => keyIn(header, 'formerCard', 'formerCardSort');

function keyIn(header: Item | undefined, partition: string, sort: string): Key | undefined {
  const pk = header?.[partition];
  if (typeof pk !== 'string' || pk === '') return undefined;
  // Release 0.2 had one card for all copies, and told its partition alone.
  return { pk, sk: String(header?.[sort] || header?.['pk']) };
}

export const isSameKey = (one: Key, other: Key | undefined) => one.pk === other?.pk && one.sk === other.sk;
