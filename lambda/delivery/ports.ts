import type { FoundBy } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { ContactId, CrmAdapter } from '../crm/port/adapter.ts';
import type { MakePlan } from '../mapping/plan.ts';
import type { Delivery } from './delivery.ts';

/** A configured CRM: its adapter, and the plan of what goes there. */
export type Destination = { readonly name: string; readonly adapter: CrmAdapter; readonly plan: MakePlan };

export type Conversations = {
  /**
   * Stores a chat over exactly what was there: by default over nothing, or once more over the same revision. Safe to repeat.
   * @returns `known` if this revision was stored already, `refused` if something else is there
   */
  readonly save: (copy: ChatCopy, over?: Over) => Promise<'new' | 'known' | 'refused'>;
  /**
   * The newest words and rating, from the other source's chat if the conversation is stored with it; `erasing` until an
   * erasure has ended, `erased` after it; undefined if it was never stored or has expired.
   */
  readonly load: (conversationId: string) => Promise<StoredChat | 'erasing' | 'erased' | undefined>;
  /** Whether an erasure has begun. Reads the newest state, not an index. */
  readonly isErased: (conversationId: string) => Promise<boolean>;
};

/** What a chat replaces; `joinedTo`: the trace of a conversation that is stored with another. */
export type Over = 'nothing' | { readonly revision: string } | { readonly joinedTo: string };

export type ChatCopy = {
  readonly conversation: Conversation;
  /** See `revisionOf`. */
  readonly revision: string;
  /** The keys to find the chat by. */
  readonly foundBy: FoundBy;
  /** The other source's conversation that is stored with it. */
  readonly alsoAs?: string;
  /** The body as it came. */
  readonly body: string;
  readonly receivedAt: Date;
};

export type StoredChat = Pick<ChatCopy, 'receivedAt' | 'revision'> & {
  readonly conversationId: string;
  /** The newest of all copies; see `withRating`. */
  readonly rating: Conversation['rating'];
  /** The body's length in characters. */
  readonly length: number;
  readonly readBody: () => Promise<string>;
};

/** The deliveries. Writes are optimistic: of two writers who read the same state, one gets `false`. */
export type Ledger = {
  readonly read: (conversationId: string, destination: string) => Promise<Delivery | undefined>;
  /**
   * Writes only over `delivery.version - 1`, or over nothing for version 1.
   * @param options.patientUntil tries again if the table refuses it, but begins no try after that
   */
  readonly write: (
    conversationId: string,
    delivery: Delivery,
    options?: { readonly patientUntil: Date },
  ) => Promise<boolean>;
  readonly remove: (conversationId: string, destination: string) => Promise<void>;
};

/**
 * Whether a chat without a delivery may have been delivered all the same, because the table was restored to an earlier
 * time.
 */
export type MayBeForgotten = (conversation: Pick<Conversation, 'startedAt'>) => Promise<boolean>;

/** Locks a person while their contact is looked up or created, unless the CRM keeps e-mail addresses unique. */
export type ContactLocks = {
  /** `contactId` is the contact of an earlier chat. A lock that is not released ends at `until`. */
  readonly acquire: (
    person: PersonAt,
    until: Date,
  ) => Promise<{ readonly kind: 'acquired'; readonly contactId: ContactId | undefined } | { readonly kind: 'busy' }>;
  /** Releases the lock that was acquired until then, and keeps the contact if given. */
  readonly release: (person: PersonAt, until: Date, contactId?: ContactId) => Promise<void>;
};

export type PersonAt = { readonly personKey: string; readonly destination: string };

/**
 * A visitor's chats, oldest first, from an index that is a moment behind. Empty if so many chats share the id that it
 * identifies nobody. `visitor` is from `accountVisitor`.
 */
export type ChatsOf = (visitor: string) => Promise<readonly VisitorChat[]>;

export type VisitorChat = FoundBy & { readonly conversationId: string };

/** Queues a stored chat for these destinations only. Durable once the promise resolves. */
export type EnqueueChat = (conversationId: string, destinations: readonly string[]) => Promise<void>;
