import type { Conversation } from '../conversation/model.ts';
import type { CrmAdapter } from '../crm/adapter.ts';
import type { MakePlan } from '../mapping/plan.ts';
import type { Delivery, FirstAttempts } from './ledger.ts';

/** A destination: what is to go there, and the adapter that brings it. */
export type Target = { readonly name: string; readonly adapter: CrmAdapter; readonly plan: MakePlan };

/** The conversations as recorded. */
export type Conversations = {
  /** Keeps the conversation unless a newer copy of it is kept already. Safe to repeat. */
  readonly record: (recording: Recording) => Promise<Recorded>;
};

export type Recorded =
  /** What was kept is newer: this copy has nothing to say any more. */
  | { readonly kind: 'superseded' }
  | {
      /** `first`: nothing was known of it, and the first attempts are ours. */
      readonly kind: 'first' | 'recorded' | 'unchanged';
      /** As they were once this one was among them. */
      readonly chats: readonly VisitorChat[];
    };

export type Recording = {
  readonly conversation: Conversation;
  readonly contentHash: string;
  /** Which of two copies of the chat is the newer: the one with the greater. */
  readonly revision: string;
  /** The visitor's number in E.164, by which the chat can be found. */
  readonly phone: string | null;
  /** The hook's body as it came. */
  readonly body: string;
  readonly receivedAt: Date;
  /** Claimed for whoever is `first`, by the write that makes them so: who comes later learns of it from the ledger. */
  readonly firstAttempts: FirstAttempts;
  /** Whether to look first what is kept of it: cheaper than writing in vain, and dearer where there is nothing. */
  readonly isLikelyKept: boolean;
};

/** Reads the newest copy's body, as it came; undefined where the conversation is not known. */
export type ReadBody = (
  conversationId: string,
) => Promise<{ readonly body: string; readonly receivedAt: Date } | undefined>;

/** Puts a recorded chat on the queue again, for these destinations and no other. It is durable when the promise resolves. */
export type EnqueueFor = (body: string, receivedAt: Date, destinations: readonly string[]) => Promise<void>;

/** One conversation's deliveries. Writes are optimistic: of two writers who read the same state, one is told `false`. */
export type Ledger = {
  /**
   * A first attempt that was claimed with the conversation's record, and has not ended, is at version 0.
   * @param by who asks: their own such claim keeps nobody from it
   */
  readonly read: (conversationId: string, destination: string, by?: string) => Promise<Delivery | undefined>;
  /** Replaces the delivery if it still is at `delivery.version - 1`. */
  readonly write: (conversationId: string, delivery: Delivery) => Promise<boolean>;
};

/**
 * Writes the end of a first attempt, whatever is written of it. Asked for only so long before its claim runs out that it
 * is done by then: until then nobody else may write anything of it.
 */
export type WriteFirst = (conversationId: string, delivery: Delivery) => Promise<void>;

/** Which contact a person is at a destination, and whose turn it is to create one. */
export type Contacts = {
  /**
   * `known`: the contact's id. `claimed`: nobody knows it and nobody else may create it until `until`.
   * `busy`: somebody else is creating it, until then.
   * @param options.isFresh where a contact that was known a moment ago will not do
   */
  readonly claim: (person: PersonAt, until: Date, options?: { readonly isFresh: boolean }) => Promise<ContactClaim>;
  /** Remembers the contact and what it was told of the person, and ends the claim. */
  readonly remember: (person: PersonAt, contact: KnownContact) => Promise<void>;
  /** Forgets a contact that the CRM knows no more, unless another is known by now. */
  readonly forget: (person: PersonAt, contactId: string) => Promise<void>;
  /** Ends the claim that was made until then, and no other's: nobody was created. */
  readonly release: (person: PersonAt, until: Date) => Promise<void>;
};

export type PersonAt = { readonly personKey: string; readonly destination: string };

export type KnownContact = {
  readonly contactId: string;
  /** A digest of what the contact was last told of the person: the same again need not be told. */
  readonly told: string;
};

export type ContactClaim =
  | ({ readonly kind: 'known' } & KnownContact)
  | { readonly kind: 'claimed' }
  | { readonly kind: 'busy'; readonly until: Date };

/**
 * The chats of the same account in which Smartsupp knew the same browser, this one included, oldest first. None where it
 * gave no id, or one that so many share that it tells nobody apart.
 */
export type ChatsOf = (conversation: Pick<Conversation, 'id' | 'visitor'>) => Promise<readonly VisitorChat[]>;

export type VisitorChat = {
  readonly conversationId: string;
  /** Normalised; null where the visitor left none in this chat. */
  readonly email: string | null;
  /** In E.164; null likewise. */
  readonly phone: string | null;
};

/** Opens a message of the queue. */
export type Open = (message: string) => Promise<OpenedMessage>;

export type OpenedMessage =
  | {
      readonly ok: true;
      readonly body: string;
      readonly receivedAt: Date;
      /** Those whom it is for; absent: all. A name that is not configured any more is nobody's. */
      readonly destinations?: readonly string[];
    }
  | ({ readonly ok: false } & Unreadable);

export type Unreadable = { readonly reason: string; readonly detail: string };

/** Keeps a message that cannot be read, instead of handing it round the queue for ever. */
export type KeepUnreadable = (
  message: Uint8Array,
  why: Unreadable & { readonly faults: readonly [] },
) => Promise<unknown>;
