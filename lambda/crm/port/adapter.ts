import type { Conversation, Instant } from '../../conversation/model.ts';

/**
 * The port to a CRM. An adapter knows the vendor's API and nothing of queues, ledgers or retries: it is asked for one
 * kind of effect at a time, and answers with the vendor's ids, which are kept before the next effect is asked for.
 *
 * What it throws on purpose is a `CrmError`; any other error counts as unexpected and is retried. Every method must be
 * safe to call again with the same arguments after it threw; only what creates a log or a follow-up, after an outcome
 * that is not known, must not be called before the matching `find…` has been.
 */
export type CrmAdapter = {
  /**
   * Absent if the CRM keeps no contacts. A failed look-up must fail: it is never "not found". No two requests of one run
   * share an e-mail address, a phone number, a customer id or a known contact.
   */
  readonly upsertContacts?: Batch<ContactRequest, ContactId>;
  /**
   * Set where the CRM itself lets no two contacts have one e-mail address, however close together they are created, and
   * `upsertContacts` then takes the one that was first. Elsewhere the chats of one new visitor wait for one another.
   */
  readonly keepsEmailsUnique?: true;
  /** Writes conversations as new notes, activities or tickets. */
  readonly logConversations: Batch<Entry, LogId>;
  /** Rewrites what `logConversations` wrote: the chat went on, or was rated later. */
  readonly updateConversation: (entry: Entry, log: LogId) => Promise<LogId>;
  /**
   * Looks for what an earlier `logConversations` may have written although its answer was lost. Changes nothing: what it
   * finds may be only a part, or older words, and is to be handed to `updateConversation`. Absent where writing twice
   * is harmless, because the receiver recognises the same key.
   */
  readonly findConversation?: (entry: Entry) => Promise<LogId | undefined>;
  /**
   * Removes a log, for a person's erasure; no matter if it is gone already. Resolves only once the CRM says, when it is
   * read, that it is gone. Absent where nothing can be removed.
   */
  readonly removeConversation?: (log: LogId) => Promise<void>;
  /** Absent where the CRM has nothing of that kind. */
  readonly followUps?: FollowUps;
  /** Tries credentials, rights and configured fields, and changes nothing. Empty when all is well; never throws. */
  readonly check: () => Promise<readonly Problem[]>;
};

export type FollowUps = {
  readonly create: Batch<FollowUpRequest, FollowUpId>;
  /** What an earlier `create` may have made although its answer was lost. */
  readonly find: (request: FollowUpRequest) => Promise<FollowUpId | undefined>;
};

/**
 * One effect for several at once, `most` at a time. Each outcome stands at its item's place: one bad item fails alone.
 * What `run` throws holds for all of them.
 */
export type Batch<Item, Result> = {
  readonly maxSize: number;
  readonly run: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;
};

/** The vendor's id of a contact. */
export type ContactId = string;
/** The vendor's id of what holds the transcript; adapters that write several parts join their ids with a comma. */
export type LogId = string;
/** The vendor's id of a task, ticket or lead. */
export type FollowUpId = string;

export type ContactRequest = {
  readonly person: Person;
  /** The contact that this person was before: fill its blanks. Where it is gone, the person is matched anew. */
  readonly known: ContactId | undefined;
};

/**
 * Who chatted, as far as a CRM's contact is concerned. A contact is matched by e-mail, then phone, then customer id, and
 * by nothing that is null; with all three null it is always created.
 */
export type Person = {
  /** Normalised: trimmed, in small letters. */
  readonly email: string | null;
  /** E.164, `+420601123456`. */
  readonly phone: string | null;
  /** The shop's own id of the customer, and the CRM's field that holds it. */
  readonly customerId: { readonly field: string; readonly value: string } | null;
  /** As typed, but for what a spreadsheet would take for a formula. */
  readonly name: string | null;
  readonly countryCode: string | null;
  /** What the configuration's `fields` say, by the CRM's names. */
  readonly fields: readonly Field[];
  /** The CRM's user who is to own the contact if it is new. */
  readonly ownerId: string | null;
};

export type Field = {
  readonly name: string;
  readonly value: string | number | boolean;
  /** Otherwise only a blank is filled. */
  readonly overwrite: boolean;
};

/** One conversation as it goes to one destination. */
export type Entry = {
  readonly conversation: Conversation;
  /** Changes when, and only when, what the visitor would see of the conversation has changed. */
  readonly contentHash: string;
  /** When the chat first came here, by our own clock: nothing of it was written before. The chat's own times are the sender's. */
  readonly receivedAt: Instant;
  /** Set whenever the adapter has `upsertContacts`. */
  readonly contactId: ContactId | undefined;
  /** The CRM's user whose chat it was. */
  readonly ownerId: string | null;
};

export type FollowUpRequest = Entry & { readonly followUp: FollowUp };

/** What is left to do for a person: somebody was missed, or was not content. */
export type FollowUp = {
  readonly kind: FollowUpKind;
  readonly reason: 'missed' | 'offline' | 'lowRating';
  /** One line in the sales staff's language. It may hold the visitor's name: escape it. */
  readonly title: string;
  readonly dueAt: Instant;
};

export type FollowUpKind = 'task' | 'ticket' | 'lead';

/** Something that will keep chats from arriving, and what to do about it. */
export type Problem = { readonly problem: string; readonly remedy: string };
