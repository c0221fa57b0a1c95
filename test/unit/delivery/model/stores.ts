import { accountVisitor } from '../../../../lambda/conversation/match-keys.ts';
import { mergeRevisions, withRating } from '../../../../lambda/conversation/revision.ts';
import type { ContactId } from '../../../../lambda/crm/port/adapter.ts';
import type { Delivery } from '../../../../lambda/delivery/delivery.ts';
import type {
  ChatCopy,
  ChatsOf,
  ContactLocks,
  Conversations,
  Ledger,
  PersonAt,
  VisitorChat,
} from '../../../../lambda/delivery/ports.ts';
import { park } from '../../../../lambda/delivery/state-machine.ts';
import { heldLists, listing } from '../../../../lambda/store/ledger.ts';
import type { SweepDependencies } from '../../../../lambda/sweep/sweep.ts';
import { createLaggingIndex, type LaggingIndex } from './lagging-index.ts';
import type { Fate, Process } from './process.ts';

/** The table in memory. What is read by its key is never behind; what is read from an index may be. */
export type Table = {
  readonly chats: Map<string, ChatCopy>;
  readonly deliveries: Map<string, ListedDelivery>;
  readonly locks: Map<string, { readonly contactId?: ContactId; readonly lockedUntil?: string }>;
  readonly byVisitor: LaggingIndex<VisitorChat & { readonly visitor: string; readonly receivedAt: Date }>;
  readonly listing: LaggingIndex<ListedDelivery>;
};

type ListedDelivery = ReturnType<typeof listing> & { readonly conversationId: string; readonly delivery: Delivery };

export function createTable(now: () => Date, nextLagMs: () => number = () => 0): Table {
  const time = () => now().getTime();
  return {
    chats: new Map(),
    deliveries: new Map(),
    locks: new Map(),
    byVisitor: createLaggingIndex(time, nextLagMs),
    listing: createLaggingIndex(time, nextLagMs),
  };
}

export const deliveryIn = (table: Table, conversationId: string, destination: string): Delivery | undefined =>
  table.deliveries.get(keyOf(conversationId, destination))?.delivery;

const keyOf = (...parts: readonly string[]) => parts.join(' ');

type Access = {
  readonly table: Table;
  readonly process: Process;
  readonly nextFate: () => Fate;
  readonly now: () => Date;
};

/** A process's way to the table, with the conditions that `lambda/store/` puts on its writes. */
export function createStores({ table, process, nextFate, now }: Access) {
  const ask = <T>(what: string, effect: () => T) =>
    process.ask(what, effect, { fate: nextFate(), error: () => new Error('the table is away'), withinTime: false });

  const put = (item: ListedDelivery) => {
    const key = keyOf(item.conversationId, item.delivery.destination);
    table.deliveries.set(key, item);
    table.listing.set(key, 'listed' in item ? item : undefined);
  };
  const ledger: Ledger = {
    read: (conversationId, destination) =>
      ask('read the delivery', () => deliveryIn(table, conversationId, destination)),
    write: (conversationId, delivery) =>
      ask(`write the delivery as ${delivery.state}`, () => {
        const { destination, version } = delivery;
        if ((deliveryIn(table, conversationId, destination)?.version ?? 0) !== version - 1) return false;
        put({ ...listing(delivery), conversationId, delivery });
        return true;
      }),
    remove: (conversationId, destination) =>
      ask('remove the delivery', () => {
        table.deliveries.delete(keyOf(conversationId, destination));
        table.listing.set(keyOf(conversationId, destination), undefined);
      }),
  };

  const lockOf = ({ personKey, destination }: PersonAt) => keyOf(personKey, destination);
  const contactLocks: ContactLocks = {
    acquire: (person, until) =>
      ask('lock the contact', () => {
        const { lockedUntil, contactId } = table.locks.get(lockOf(person)) ?? {};
        if (lockedUntil !== undefined && lockedUntil > now().toISOString()) return { kind: 'busy' };
        const kept = contactId === undefined ? {} : { contactId };
        table.locks.set(lockOf(person), { ...kept, lockedUntil: until.toISOString() });
        return { kind: 'acquired', contactId };
      }),
    release: (person, until, contactId) =>
      ask('unlock the contact', () => {
        const { lockedUntil, contactId: kept = contactId } = table.locks.get(lockOf(person)) ?? {};
        if (lockedUntil !== until.toISOString()) return;
        const known = contactId ?? kept;
        table.locks.set(lockOf(person), known === undefined ? {} : { contactId: known });
      }),
  };

  const conversations: Conversations = {
    save: (copy) =>
      ask('save the chat', () => {
        const { conversation, foundBy, receivedAt } = copy;
        const { id } = conversation;
        const kept = table.chats.get(id);
        const merged = kept && mergeRevisions(kept.revision, copy.revision);
        if (kept !== undefined && merged === undefined) return 'superseded';
        if (kept !== undefined && merged !== undefined) {
          const rated = merged.rating === 'new' ? conversation : kept.conversation;
          const said = merged.words === 'new' ? copy : kept;
          const { revision } = merged;
          table.chats.set(id, { ...said, revision, conversation: withRating(said.conversation, rated.rating) });
          if (merged.words === 'stored') return 'merged';
        } else table.chats.set(id, copy);
        const visitor = accountVisitor(conversation);
        table.byVisitor.set(id, visitor === null ? undefined : { conversationId: id, ...foundBy, visitor, receivedAt });
        if (kept === undefined) return 'new';
        return table.chats.get(id)?.revision === copy.revision ? 'known' : 'merged';
      }),
    isErased: async () => false,
    load: (id) =>
      ask('load the chat', () => {
        const copy = table.chats.get(id);
        if (copy === undefined) return undefined;
        const { receivedAt, revision, body, conversation } = copy;
        return { receivedAt, revision, rating: conversation.rating, length: body.length, readBody: async () => body };
      }),
  };
  const chatsOf: ChatsOf = (visitor) =>
    ask('read the visitor’s chats', () =>
      table.byVisitor
        .items()
        .filter((chat) => chat.visitor === visitor)
        .toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime()),
    );

  const listed = (...lists: readonly string[]) =>
    table.listing.items().filter((item) => lists.includes(item.listed ?? ''));
  const listDue: SweepDependencies['listDue'] = (before, limit) =>
    ask('list what is due', () =>
      listed('pending')
        .filter(({ listedAt = '' }) => listedAt < before.toISOString())
        .slice(0, limit)
        .map((seen) => ({
          conversationId: seen.conversationId,
          destination: seen.delivery.destination,
          relist: (at) =>
            ask('list it again', () => {
              const present = table.deliveries.get(keyOf(seen.conversationId, seen.delivery.destination));
              if (present !== undefined && present.listedAt === seen.listedAt)
                put({ ...present, listed: 'pending', listedAt: at.toISOString() });
            }),
          park: async (reason) => {
            await ledger.write(seen.conversationId, park(seen.delivery, now(), reason));
          },
        })),
    );
  const listHeld: SweepDependencies['listHeld'] = (since, limit) =>
    ask('list what is held', () =>
      listed(...heldLists)
        .filter(({ listedAt = '' }) => listedAt >= since.toISOString())
        .slice(0, limit)
        .flatMap(({ delivery: { destination, heldFor } }) => (heldFor === null ? [] : [{ destination, heldFor }])),
    );

  const listHoldOver: SweepDependencies['listHoldOver'] = (limit) =>
    ask('list what was held for long enough', () =>
      listed(...heldLists)
        .filter(({ delivery: { holdUntil } }) => holdUntil !== null && holdUntil <= now().toISOString())
        .slice(0, limit)
        .map(({ conversationId, delivery: { destination } }) => ({ conversationId, destination })),
    );

  return { ledger, contactLocks, conversations, chatsOf, listDue, listHeld, listHoldOver };
}
