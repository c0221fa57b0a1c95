import { createHash } from 'node:crypto';
import type { Instant } from '../conversation/model.ts';

// The keys of all items. Ids are percent-encoded, so they contain no `#`.

const chatPrefix = 'CHAT#';
const idInKey = (conversationId: string) => conversationId.replace(':', '#');

export const chatPartition = (conversationId: string) => chatPrefix + idInKey(conversationId);

/** Undefined for another partition. */
export const conversationIdOf = (partition: string): string | undefined =>
  partition.startsWith(chatPrefix) ? partition.slice(chatPrefix.length).replace('#', ':') : undefined;

export const chatKey = (conversationId: string) => ({ pk: chatPartition(conversationId), sk: 'CHAT' });

export const deliveryPrefix = 'DELIVERY#';

export const deliveryKey = (conversationId: string, destination: string) => ({
  pk: chatPartition(conversationId),
  sk: deliveryPrefix + destination,
});

export const personPrefix = 'PERSON#';
export const personPartition = (personKey: string) => personPrefix + keyText(personKey);
export const contactPrefix = 'CONTACT#';

/**
 * A partition key holds 2,048 bytes of UTF-8. A text that is longer, or not well-formed, is replaced by the digest of its
 * UTF-16 units: in UTF-8 all lone surrogates become the same character.
 */
export const keyText = (text: string) =>
  text.length <= 512 && text.isWellFormed() ? text : createHash('sha256').update(text, 'utf16le').digest('hex');

export const beginningPrefix = 'BEGIN#';

/** One account's chats of one day in UTC, by when they began. */
export const beginningPartition = (account: string, at: Instant) => `${beginningPrefix}${account}#${at.slice(0, 10)}`;

const rejectedPrefix = 'REJECTED#';
export const rejectedKey = (id: string) => ({ pk: rejectedPrefix + id, sk: 'REJECTED' });
export const rejectedIdOf = (partition: string) => partition.slice(rejectedPrefix.length);

const rejectedQuotaPartition = 'REJECTED';

/** How much was rejected on a day in UTC. */
export const rejectedQuotaKey = (at: Date) => ({
  pk: rejectedQuotaPartition,
  sk: `DAY#${at.toISOString().slice(0, 10)}`,
});

/** All deviations of hooks from the documented format. */
export const deviationPartition = 'DEVIATION';

/** The news that `notify` has told its channel. */
export const toldKey = { pk: 'TOLD', sk: 'TOLD' } as const;

const spoolPrefix = 'SPOOL#';
export const spoolKey = (id: string) => ({ pk: spoolPrefix + id, sk: 'SPOOL' });

export const claimCheckPrefix = 'CLAIMCHECK#';

const fetchedPrefix = 'FETCHED#';

/** The state of a conversation that was fetched last. */
export const fetchedKey = (conversationId: string) => ({ pk: fetchedPrefix + idInKey(conversationId), sk: 'FETCHED' });

const reconcilePrefix = 'RECONCILE#';

/** How far reconcile has come. */
export const reconcileKey = (accountId: string) => ({
  pk: reconcilePrefix + encodeURIComponent(accountId),
  sk: 'WATERMARK',
});

export const lastEventKey = { pk: 'EVENTS', sk: 'LAST' } as const;

/** The only partitions that these functions write to, as IAM's patterns. */
export const partitionsOfEvents = [rejectedQuotaPartition, `${rejectedPrefix}*`, lastEventKey.pk];
export const partitionsOfFetch = [`${rejectedPrefix}*`, `${claimCheckPrefix}*`, `${fetchedPrefix}*`];
export const partitionsOfReconcile = [`${reconcilePrefix}*`];
export const partitionsOfReceive = [
  rejectedQuotaPartition,
  `${rejectedPrefix}*`,
  `${spoolPrefix}*`,
  `${claimCheckPrefix}*`,
];

/** Each destination's pace. It also registers the destination's list of pending deliveries. */
export const pacePartition = 'PACE';
export const paceKey = (destination: string) => ({ pk: pacePartition, sk: destination });

/** When the table was restored, if it was. */
export const restoredKey = { pk: 'RESTORED', sk: 'RESTORED' };

/** When the sweep first ran. */
export const firstSweepKey = { pk: 'SWEEP', sk: 'FIRST' };

export const tokenKey = (destination: string) => ({ pk: `TOKEN#${destination}`, sk: 'TOKEN' });

/** DynamoDB's time to live is in whole seconds since the epoch. */
export const expiresAt = (from: Date, days: number) => Math.floor(from.getTime() / 1000) + days * 24 * 60 * 60;
