import type { FoundBy } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { ContactId, CrmAdapter } from '../crm/port/adapter.ts';
import type { MakePlan } from '../mapping/plan.ts';
import type { Delivery } from './delivery.ts';

/** Where chats are brought: what is to go there, and the adapter that brings it. */
export type Destination = { readonly name: string; readonly adapter: CrmAdapter; readonly plan: MakePlan };

/** Everybody's chats, and for each the newest copy. */
export type Conversations = {
  /**
   * Keeps this copy unless a newer one is kept, which makes it `superseded`. Safe to repeat.
   * @returns `new` if nothing was known of the chat
   */
  readonly save: (copy: ChatCopy) => Promise<'new' | 'known' | 'superseded'>;
  /** The newest copy. `erased` while a mark of the erasure is left; undefined if the chat was never there, or expired. */
  readonly load: (conversationId: string) => Promise<StoredChat | 'erased' | undefined>;
};

export type ChatCopy = {
  readonly conversation: Conversation;
  readonly contentHash: string;
  /** The newer of two copies has the greater. */
  readonly revision: string;
  /** By what the chat can be found. */
  readonly foundBy: FoundBy;
  /** The hook's body as it came. */
  readonly body: string;
  readonly receivedAt: Date;
};

export type StoredChat = Pick<ChatCopy, 'receivedAt' | 'revision'> & {
  /** Characters of its body. */
  readonly length: number;
  readonly readBody: () => Promise<string>;
};

/** One conversation's deliveries. Writes are optimistic: of two writers who read the same state, one is told `false`. */
export type Ledger = {
  readonly read: (conversationId: string, destination: string) => Promise<Delivery | undefined>;
  /** Writes the delivery if what is there is at `delivery.version - 1`, or if nothing is there for version 1. */
  readonly write: (conversationId: string, delivery: Delivery) => Promise<boolean>;
  /** Forgets the delivery of a chat that is gone. */
  readonly remove: (conversationId: string, destination: string) => Promise<void>;
};

/**
 * Which contact a person is at a destination, and whose turn it is to create one: for CRMs that would keep two contacts
 * with the same keys.
 */
export type ContactLocks = {
  /** `contactId` is the contact of an earlier chat. A lock that is not given back ends at `until`. */
  readonly acquire: (
    person: PersonAt,
    until: Date,
  ) => Promise<{ readonly kind: 'acquired'; readonly contactId: ContactId | undefined } | { readonly kind: 'busy' }>;
  /** Gives back the lock that was acquired until then, and keeps the contact, if there is one. */
  readonly release: (person: PersonAt, until: Date, contactId?: ContactId) => Promise<void>;
};

export type PersonAt = { readonly personKey: string; readonly destination: string };

/**
 * A visitor's chats, oldest first, from an index that is a moment behind. None if so many share the visitor's id that it
 * identifies nobody.
 * @param visitor as `accountVisitor` has it
 */
export type ChatsOf = (visitor: string) => Promise<readonly VisitorChat[]>;

export type VisitorChat = FoundBy & { readonly conversationId: string };

/** Puts a stored chat on the queue, for these destinations and no other. It is durable when the promise resolves. */
export type EnqueueChat = (conversationId: string, destinations: readonly string[]) => Promise<void>;
