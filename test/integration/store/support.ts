import { normaliseEmail } from '../../../lambda/conversation/contact-details.ts';
import { revisionOf } from '../../../lambda/conversation/revision.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { acquireLease } from '../../../lambda/delivery/lease.ts';
import type { ChatCopy } from '../../../lambda/delivery/ports.ts';
import { complete, type Outcome } from '../../../lambda/delivery/state-machine.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import type { Item, Table } from '../../../lambda/store/table.ts';
import { itemsIn } from '../../support/items.ts';
import type { ProbedTable } from '../../support/probed-table.ts';
import { saveCopyOn } from '../../support/save-copy.ts';

/** A part of the store's tests, run on each DynamoDB that there is. */
export type StoreTests = (table: () => ProbedTable) => void;

export const retention = { retentionDays: 30 };

export type Clock = {
  readonly now: () => Date;
  readonly inSeconds: (seconds: number) => Date;
  readonly pass: (seconds: number) => void;
};

export function createClock(start = '2026-05-01T08:00:00Z'): Clock {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    inSeconds: (seconds) => new Date(time + seconds * 1000),
    pass: (seconds) => {
      time += seconds * 1000;
    },
  };
}

let lastChannel = 0;
/** Every test has a chat of its own. */
export const newChannel = () => {
  lastChannel += 1;
  return lastChannel;
};

type Parts = {
  readonly rating?: number | null;
  readonly receivedAt?: string;
  readonly visitorId?: number | string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
};

/** A copy of a chat as it is saved. */
export function copyOf(channelId: number, words: readonly string[], parts: Parts = {}): ChatCopy {
  const { rating = null, receivedAt = '2026-05-01T08:00:00Z', visitorId = 7, email = 'Eva@Example.com' } = parts;
  const body = JSON.stringify({
    accountId: 208,
    channel: { id: channelId, rating },
    visitor: { id: visitorId, email, ...(parts.phone && { variables: { phone: parts.phone } }) },
    messages: words.map((content) => ({ type: 'visitor', content })),
  });
  const copy = copyFrom(body, new Date(receivedAt));
  return { ...copy, foundBy: { ...copy.foundBy, phone: parts.phone ?? null } };
}

export function copyFrom(body: string, receivedAt: Date): ChatCopy {
  const conversation = readConversation(body);
  if (conversation === undefined) throw new Error('the fixture is no chat');
  const revision = revisionOf(conversation, receivedAt, body);
  const foundBy = { email: normaliseEmail(conversation.visitor.email), phone: null };
  return { conversation, revision, foundBy, body, receivedAt };
}

/** Saves a copy as deliver does: merged with what is stored. */
export async function saveCopy(table: Table, { body, receivedAt }: Pick<ChatCopy, 'body' | 'receivedAt'>) {
  return (await saveCopyOn(table, { hasApi: false })({ body, receivedAt })).kind;
}

/** The items of one chat. */
export async function itemsOf(table: ProbedTable, conversationId: string): Promise<readonly Item[]> {
  return itemsIn(table, `CHAT#${conversationId.replace(':', '#')}`);
}

/** The sort keys of one chat's items. */
export async function keysOf(table: ProbedTable, conversationId: string): Promise<readonly string[]> {
  return (await itemsOf(table, conversationId)).map(({ sk }) => String(sk)).toSorted();
}

/** A first attempt at a delivery, whose lease lasts 30 seconds. */
export function firstLease(now: Date, destination = 'crm'): Delivery {
  const leaseUntil = new Date(now.getTime() + 30_000);
  const wanted = {
    destination,
    contentHash: 'x',
    revision: '1',
    person: { email: null, phone: null },
    now,
    leaseUntil,
    isIsolated: false,
  };
  return acquired(acquireLease(undefined, wanted));
}

/** The next attempt at it, which nothing disturbs. */
export function nextLease(known: Delivery, now: Date): Delivery {
  const leaseUntil = new Date(now.getTime() + 30_000);
  return acquired(
    acquireLease(known, { ...known, person: { email: null, phone: null }, now, leaseUntil, isIsolated: true }),
  );
}

function acquired(lease: ReturnType<typeof acquireLease>): Delivery {
  if (lease.kind !== 'acquired') throw new Error(`The lease is ${lease.kind}.`);
  return lease.delivery;
}

/** A first attempt and what it came to, as the two are written one after the other. */
export function firstAttempt(now: Date, outcome: Outcome, destination = 'crm'): readonly [Delivery, Delivery] {
  const leased = firstLease(now, destination);
  return [leased, complete(leased, now, outcome)];
}
