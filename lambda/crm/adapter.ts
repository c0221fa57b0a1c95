import type { Conversation } from '../conversation/model.ts';
import type { HttpClient } from './http.ts';

/**
 * The port to a CRM. An adapter knows the vendor's API and nothing of queues, ledgers or retries: it is asked for one
 * effect at a time, and answers with the vendor's id, which is checkpointed before the next effect is asked for.
 *
 * Every method throws `CrmError` and nothing else on purpose; any other error counts as unexpected and is retried.
 * Every method must be safe to call again with the same arguments after it threw; only `logConversation`, after an
 * outcome that is not known, must not be called before `findConversation` has been.
 */
export type CrmAdapter = {
  /**
   * Finds the visitor's contact or creates it, and fills its blanks. Absent where the CRM keeps no contacts.
   * A failed lookup must throw: it is never "not found".
   */
  readonly upsertContact?: (person: Person) => Promise<ContactId>;
  /** Writes the conversation as a new note, activity or ticket. */
  readonly logConversation: (entry: Entry) => Promise<LogId>;
  /** Rewrites what `logConversation` wrote: the chat went on, or was rated later. */
  readonly updateConversation: (entry: Entry, log: LogId) => Promise<LogId>;
  /**
   * Looks for what an earlier `logConversation` may have written although its answer was lost. Changes nothing: what it
   * finds may be only a part, or older words, and is to be handed to `updateConversation`. Absent where writing twice
   * is harmless, because the receiver recognises the same key.
   */
  readonly findConversation?: (entry: Entry) => Promise<LogId | undefined>;
};

/** The vendor's id of a contact. */
export type ContactId = string;
/** The vendor's id of what holds the transcript; adapters that write several parts join their ids with a comma. */
export type LogId = string;

/** Who chatted, as far as a CRM's contact is concerned. At least one way to recognise them is known. */
export type Person = {
  readonly email: string;
  readonly name: string | null;
  readonly countryCode: string | null;
};

/** One conversation as it goes to one destination. */
export type Entry = {
  readonly conversation: Conversation;
  /** Changes when, and only when, what the visitor would see of the conversation has changed. */
  readonly contentHash: string;
  /** Set whenever the adapter has `upsertContact`. */
  readonly contactId: ContactId | undefined;
};

/** What every adapter is made of, beside its settings. */
export type AdapterDeps = {
  readonly http: HttpClient;
  /** The destination's credentials, asked for anew at each use, so that rotated ones are taken up. */
  readonly secret: () => Promise<string>;
  /** IANA name of the timezone that sales staff read times in. */
  readonly timezone: string;
  readonly now: () => Date;
};
