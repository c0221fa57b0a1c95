import { type Delivery, type FirstAttempts, unwrittenClaim } from '../../../../lambda/delivering/ledger.ts';
import type {
  ChatsOf,
  ContactClaim,
  Contacts,
  Conversations,
  KnownContact,
  Ledger,
  PersonAt,
  ReadBody,
  VisitorChat,
  WriteFirst,
} from '../../../../lambda/delivering/ports.ts';
import type { Fate, Process } from './process.ts';

/** The table in memory, with the conditions that `lambda/store/` puts on its writes and nothing between them. */
export type Table = {
  readonly deliveries: Map<string, Delivery>;
  readonly contacts: Map<string, KnownContact | { readonly claimedUntil: string }>;
  readonly headers: Map<string, Header>;
  /** What each chat tells of its visitor, by the chat. */
  readonly visitors: Map<string, VisitorChat & { readonly visitorId: string | null; readonly revision: string }>;
};

type Header = {
  readonly contentHash: string;
  readonly revision: string;
  readonly body: string;
  readonly receivedAt: Date;
  readonly firstAttempts: FirstAttempts;
};

export const emptyTable = (): Table => ({
  deliveries: new Map(),
  contacts: new Map(),
  headers: new Map(),
  visitors: new Map(),
});

export const deliveryKey = (conversationId: string, destination: string) => `${conversationId} ${destination}`;

type Access = {
  readonly table: Table;
  readonly process: Process;
  readonly nextFate: () => Fate;
  readonly now: () => Date;
};

export function createStores({ table, process, nextFate, now }: Access) {
  const ask = <T>(what: string, effect: () => T) =>
    process.ask(what, effect, { fate: nextFate(), error: () => new Error('the table is away'), withinTime: false });

  const ledger: Ledger = {
    read: async (conversationId, destination, by) => {
      const written = await ask('read the delivery', () =>
        table.deliveries.get(deliveryKey(conversationId, destination)),
      );
      if (written !== undefined) return written;
      const header = await ask('read what the header says of it', () => table.headers.get(conversationId));
      if (header === undefined || header.firstAttempts.by === by) return undefined;
      if (!header.firstAttempts.destinations.includes(destination)) return undefined;
      return unwrittenClaim({ ...header, destination }, header.firstAttempts);
    },
    write: (conversationId, delivery) =>
      ask(`write the delivery as ${delivery.state}`, () => {
        const key = deliveryKey(conversationId, delivery.destination);
        if ((table.deliveries.get(key)?.version ?? 0) !== delivery.version - 1) return false;
        table.deliveries.set(key, delivery);
        return true;
      }),
  };

  const writeFirst: WriteFirst = (conversationId, delivery) =>
    process.ask(
      `write the first attempt’s end as ${delivery.state}`,
      () => void table.deliveries.set(deliveryKey(conversationId, delivery.destination), delivery),
      // It is asked for only where its claim outlasts all tries.
      { fate: nextFate(), error: () => new Error('the table is away'), withinTime: true },
    );

  const keyOf = ({ personKey, destination }: PersonAt) => `${personKey} ${destination}`;
  const contacts: Contacts = {
    claim: async (person, until) => {
      const at = now();
      const known = await ask('read the contact', () => table.contacts.get(keyOf(person)));
      if (known && 'contactId' in known) return { kind: 'known', ...known };
      if (known && new Date(known.claimedUntil) > at) return { kind: 'busy', until: new Date(known.claimedUntil) };
      return ask('claim the contact', (): ContactClaim => {
        const present = table.contacts.get(keyOf(person));
        const isFree = !present || ('claimedUntil' in present && present.claimedUntil <= at.toISOString());
        if (!isFree) return { kind: 'busy', until };
        table.contacts.set(keyOf(person), { claimedUntil: until.toISOString() });
        return { kind: 'claimed' };
      });
    },
    remember: (person, contact) => ask('remember the contact', () => void table.contacts.set(keyOf(person), contact)),
    forget: (person, contactId) =>
      ask('forget the contact', () => {
        const present = table.contacts.get(keyOf(person));
        if (present && 'contactId' in present && present.contactId === contactId) table.contacts.delete(keyOf(person));
      }),
    release: (person, until) => {
      const at = now().toISOString();
      return ask('release the contact', () => {
        const present = table.contacts.get(keyOf(person));
        const isOurs = present && 'claimedUntil' in present && present.claimedUntil === until.toISOString();
        if (isOurs) table.contacts.set(keyOf(person), { claimedUntil: at });
      });
    },
  };

  const chatsOf: ChatsOf = ({ visitor: { id } }) =>
    ask('read the visitor’s chats', () => [...table.visitors.values()].filter(({ visitorId }) => visitorId === id));

  const conversations: Conversations = {
    record: async ({ conversation, isLikelyKept, phone, ...copy }) => {
      const { id, visitor } = conversation;
      const { contentHash, revision } = copy;
      const isOfSame = (header: Header | undefined) => header?.contentHash === contentHash;
      const isCurrent = (header: Header | undefined) =>
        header !== undefined && (header.revision > revision || (header.revision === revision && isOfSame(header)));
      if (isLikelyKept) {
        const kept = await ask('read the header', () => table.headers.get(id));
        if (isCurrent(kept)) {
          return isOfSame(kept) ? { kind: 'unchanged', chats: await chatsOf(conversation) } : { kind: 'superseded' };
        }
      }
      await ask('write whose chat it is', () => {
        if ((table.visitors.get(id)?.revision ?? '') > revision) return;
        table.visitors.set(id, { conversationId: id, visitorId: visitor.id, email: visitor.email, phone, revision });
      });
      const write = ask('write the header', () => {
        const present = table.headers.get(id);
        if (isCurrent(present)) return undefined;
        table.headers.set(id, { ...copy, firstAttempts: present?.firstAttempts ?? copy.firstAttempts });
        if (isOfSame(present)) return 'unchanged';
        return present === undefined && !isLikelyKept ? 'first' : 'recorded';
      });
      const [written, chats] = await Promise.all([write, chatsOf(conversation)]);
      if (written !== undefined) return { kind: written, chats };
      const kept = await ask('read the header that is newer', () => table.headers.get(id));
      return isOfSame(kept) ? { kind: 'unchanged', chats } : { kind: 'superseded' };
    },
  };
  const readBody: ReadBody = (id) => ask('read the body', () => table.headers.get(id));

  return { ledger, writeFirst, contacts, conversations, readBody, chatsOf };
}
