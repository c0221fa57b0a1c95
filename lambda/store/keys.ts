import { createHash } from 'node:crypto';
import { visitorKey } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';

/** Where everything lies in the one table. Ids are percent-encoded, so that no `#` in them is ours. */
export const chatKey = (conversationId: string) => ({ pk: chatPartition(conversationId), sk: 'CHAT' });

export const chatPartition = (conversationId: string) => `CHAT#${conversationId.replace(':', '#')}`;

export const chatPrefix = 'CHAT#';

/** The conversation whose partition, or whose card's sort key, this is: no part of its id has a `#` of its own. */
export const conversationIdOf = (key: string) => key.split('#').slice(1, 3).join(':');

export const deliveryPrefix = 'DELIVERY#';

export const deliveryKey = (conversationId: string, destination: string) => ({
  pk: chatPartition(conversationId),
  sk: `${deliveryPrefix}${destination}`,
});

/** What the keys of all chats of one account begin with, that of this chat included. */
export const accountPrefix = (conversationId: string) => chatPartition(`${conversationId.split(':')[0]}:`);

type Whose = Pick<Conversation, 'id'> & { readonly visitor: Pick<Conversation['visitor'], 'id'> };

/**
 * The card of a copy of a chat. Those of one visitor's chats lie in one partition; where nothing is known of the visitor,
 * beside the chat. Release 0.2 had one for all copies.
 */
export const cardKey = ({ id, visitor }: Whose, copy: string) => ({
  pk: visitor.id === null ? chatPartition(id) : personPartition(visitorKey(visitor.id)),
  sk: `${chatPartition(id)}#${copy}`,
});

export const contactPrefix = 'CONTACT#';

export const contactKey = (personKey: string, destination: string) => ({
  pk: personPartition(personKey),
  sk: `${contactPrefix}${destination}`,
});

/**
 * A partition key holds 2,048 bytes of UTF-8, and a visitor's id may be any text: one that is longer, or holds half a
 * character, is told by its digest.
 */
export const personPartition = (personKey: string) =>
  `PERSON#${personKey.length <= 512 && personKey.isWellFormed() ? personKey : digest(personKey)}`;

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

const rejectedPrefix = 'REJECTED#';

export const rejectedKey = (id: string) => ({ pk: rejectedPrefix + id, sk: 'REJECTED' });

export const rejectedIdOf = (partition: string) => partition.slice(rejectedPrefix.length);

/** How much was rejected on a day, by UTC. */
export const rejectedRoomKey = (at: Date) => ({ pk: 'REJECTED', sk: `DAY#${at.toISOString().slice(0, 10)}` });

export const waitingKey = (id: string) => ({ pk: `WAITING#${id}`, sk: 'WAITING' });

export const overflowPrefix = 'OVERFLOW#';

export const overflowPartition = (id: string) => `${overflowPrefix}${id}`;

/** The access token that a destination's calls are made with. */
export const tokenKey = (destination: string) => ({ pk: `TOKEN#${destination}`, sk: 'TOKEN' });

/** DynamoDB's time to live is in whole epoch seconds. */
export const expiresAt = (from: Date, days: number) => Math.floor(from.getTime() / 1000) + days * 24 * 60 * 60;
