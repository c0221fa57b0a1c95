import type { FollowUpReason } from '../../conversation/follow-up.ts';
import type { Conversation, Instant } from '../../conversation/model.ts';
import type { ReachableBy } from '../../conversation/transcript/brief.ts';
import type { Refusal } from './errors.ts';

/**
 * The port to a CRM. An adapter knows the vendor's API, and nothing about queues, the ledger or retries. The core asks
 * for one kind of effect at a time, and stores the vendor's ids before it asks for the next.
 *
 * Expected errors are `CrmError`s; any other error is retried as unexpected. Every method must be safe to call again
 * after an error. After an unknown outcome, call the matching `find…` before creating a log or a follow-up again.
 */
export type CrmAdapter = {
  /**
   * Absent if the CRM keeps no contacts. A failed look-up must throw: it is never "not found". No two requests of one
   * run share an e-mail address, a phone number, a customer id or a known contact.
   */
  readonly upsertContacts?: Batch<ContactRequest, ContactId>;
  /**
   * Set if the CRM refuses a second contact with the same address, even one created at the same moment, and the adapter
   * then takes the first. Otherwise the chats of a new visitor wait for each other.
   */
  readonly keepsEmailsUnique?: true;
  readonly logConversations: Batch<Entry, LogId>;
  /** Rewrites a log after the chat went on or was rated. */
  readonly updateConversation: (entry: Entry, log: LogId) => Promise<LogId>;
  /**
   * Finds what an earlier `logConversations` may have written although its answer was lost. May be incomplete: pass it
   * to `updateConversation`. Absent if writing twice is harmless, because the receiver recognises the key.
   */
  readonly findConversation?: (entry: Entry) => Promise<LogId | undefined>;
  /** For erasure. Resolves only after reading confirms that the log is gone. Absent if nothing can be removed. */
  readonly removeConversation?: (log: LogId) => Promise<void>;
  /** Absent if the CRM has no tasks, tickets or leads. */
  readonly followUps?: FollowUps;
  /** Absent if the CRM stores no files, or the destination's `files` is false. */
  readonly files?: Files;
  /** Tries credentials, rights and configured fields. Changes nothing and never throws. */
  readonly check: () => Promise<readonly Problem[]>;
};

export type FollowUps = {
  readonly create: Batch<FollowUpRequest, FollowUpId>;
  /** Finds what an earlier `create` may have made although its answer was lost. */
  readonly find: (request: FollowUpRequest) => Promise<FollowUpId | undefined>;
};

export type Files = {
  /**
   * Puts a file where sales staff find it: on the contact, or in the chat's ticket. Looks first for one of this name, so
   * that calling it again never doubles it.
   */
  readonly attach: (upload: Upload) => Promise<FileId>;
  /** For erasure. Succeeds if it is already gone. */
  readonly remove: (id: FileId) => Promise<void>;
  /** Asks the CRM. The recycle bin counts as gone. */
  readonly exists: (id: FileId) => Promise<boolean>;
};

/** One effect for up to `maxSize` items, with outcomes in their order. An error thrown by `run` applies to all. */
export type Batch<Item, Result> = {
  readonly maxSize: number;
  readonly run: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;
};

export type ContactId = string;
/** The vendor's id of the transcript's record; adapters that write several parts join the ids with commas. */
export type LogId = string;
export type FollowUpId = string;
export type FileId = string;

export type Upload = {
  readonly entry: Entry;
  /** The log of the same chat, already written. */
  readonly logId: LogId;
  /** Unique to this file of this chat. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
};

export type ContactRequest = {
  readonly person: Person;
  /** The contact found or created earlier. If it is gone, match the person again. */
  readonly known: ContactId | undefined;
};

/** The visitor. Matched by e-mail, then phone, then customer id; with all three null, a new contact is created. */
export type Person = {
  /** Trimmed, in lower case. */
  readonly email: string | null;
  /** E.164, `+420601123456`. */
  readonly phone: string | null;
  /** Instead of `phone`: a number that only a person can read, as typed. Shown, never matched by. */
  readonly typedPhone?: string | null;
  /** The shop's own customer id, and the CRM's field that holds it. */
  readonly customerId: { readonly field: string; readonly value: string } | null;
  /** As typed, without a leading character that a spreadsheet would read as a formula. */
  readonly name: string | null;
  /**
   * The domain of the address, if it is a company's and the destination's `company` asks for it; '' if the CRM takes no
   * company.
   */
  readonly company: string | null;
  readonly countryCode: string | null;
  /** The configuration's `fields`, by the CRM's names. */
  readonly fields: readonly Field[];
  /** The CRM's user who will own the contact if it is new. */
  readonly ownerId: string | null;
  /**
   * Addresses and numbers as typed that cannot be used as such. A new contact keeps them as text, if the CRM has a place
   * for it.
   */
  readonly unusable: readonly string[];
};

export type Field = {
  readonly name: string;
  readonly value: string | number | boolean;
  /** False: only fill it if it is blank. */
  readonly overwrite: boolean;
};

export type Entry = {
  readonly conversation: Conversation;
  /** Changes if and only if the visible content of the conversation changes. */
  readonly contentHash: string;
  /** When we first received the chat, by our own clock; the chat's own times come from the sender. */
  readonly receivedAt: Instant;
  /** Set whenever the adapter has `upsertContacts`. */
  readonly contactId: ContactId | undefined;
  /** The log was written for another contact of the same person, which is gone now or was merged into this one. */
  readonly contactChanged?: true;
  /** The CRM's user who had the chat. */
  readonly ownerId: string | null;
  /** The values that the CRM refused, which the transcript mentions. */
  readonly refused: readonly RefusedValue[];
};

export type RefusedValue = Refusal & {
  readonly vendor: string;
  /** May be what the visitor typed. */
  readonly value: string;
};

export type FollowUpRequest = Entry & { readonly followUp: FollowUp };

/** A task, ticket or lead after a missed chat or a bad rating. */
export type FollowUp = ReachableBy & {
  readonly kind: FollowUpKind;
  readonly reason: FollowUpReason;
  /** One line in the sales staff's language. May contain the visitor's name: escape it. */
  readonly title: string;
  readonly dueAt: Instant;
};

export type FollowUpKind = 'task' | 'ticket' | 'lead';

export type Problem = { readonly problem: string; readonly remedy: string };
