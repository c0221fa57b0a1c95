import type { CannedResponses } from '../../cli/commands/preview/canned-responses.ts';
import type { OnMultipleMatches } from '../../lambda/crm/contacts/matching.ts';
import type { AdapterDeps } from '../../lambda/crm/http/adapter-deps.ts';
import type { CrmAdapter, FollowUpKind } from '../../lambda/crm/port/adapter.ts';
import type { FakeServer, Received, Reply } from '../support/fake-server.ts';
import type { Refusals } from '../support/refusals.ts';

/**
 * One kind of CRM as the contract suite sees it: a server that behaves like the vendor's, and what the adapter is able
 * to do. What is declared is tried; nothing is left out but by this declaration.
 */
export type Subject = {
  readonly start: () => Promise<RunningCrm>;
  /** What `forwarder preview` answers the adapter with. */
  readonly cannedResponses: CannedResponses;
  /** How a visitor's words look in a log: escaped as `html` or `markdown`, or `verbatim` as they came. */
  readonly words: 'html' | 'markdown' | 'verbatim';
  /** Whether a success has to be read; otherwise any 2xx will do that is no web page. */
  readonly readsAnswers: boolean;
  /** `renewed`: an access token that expires, made anew after a 401. */
  readonly credentials: 'fixed' | 'renewed';
  /** What `check` does about credentials: it tries them, or only looks whether they can be any. */
  readonly check: 'tries' | 'looks';
  /** Whether logs can be looked for after an answer was lost; otherwise writing one twice is harmless. */
  readonly findsLogs: boolean;
  readonly removesLogs: boolean;
  /** Whether people see the log on top that was created last. */
  readonly newestOnTop?: true;
  /** What the vendor answers the change of a log with. */
  readonly updatesTell: Proof;
  readonly calls: Calls;
  /** Whether agents can suspend a person, whose chats the CRM then refuses. */
  readonly suspends: boolean;
  /** Null for a CRM that keeps no contacts. */
  readonly contacts: ContactTraits | null;
  /** Whether the CRM has a place of its own for files. */
  readonly files: boolean;
  /** By the kinds that the adapter can make; {} for none. */
  readonly followUps: Readonly<Partial<Record<FollowUpKind, FollowUpTraits>>>;
};

/** What an answer to a change holds: the id of what was changed, no more than that it was, or perhaps not even that. */
export type Proof = 'id' | 'success' | 'perhaps nothing';

/** The most calls, those for an access token not counted. */
export type Calls = {
  /** Contact and log for a chat of a visitor whom the CRM does not know. At most 3. */
  readonly newVisitor: number;
  /** The same for a visitor whose contact is known and has no blank that can be filled. At most 2. */
  readonly knownVisitor: number;
  /** 100 chats of 100 new visitors: at most 10 where the vendor takes many at once. */
  readonly hundredNewVisitors: number;
};

export type ContactTraits = {
  /**
   * `optional`: first and last name, both of which can be missing. `lastRequired`: the same, but there is always a last
   * name, if need be a placeholder. `whole`: one name, which there always is.
   */
  readonly names: 'optional' | 'lastRequired' | 'whole';
  /** Whether contacts are matched by phone number. */
  readonly phone: boolean;
  /** Whether the phone field takes a number that only a person can read; else it is left out. */
  readonly typedPhone: boolean;
  /** A field of the vendor's that can hold the shop's customer id; null where contacts are not matched by it. */
  readonly customerIdField: string | null;
  /** What the vendor answers the change of a contact with. */
  readonly fillsTell: Proof;
  /** Any text field of the vendor's, for `fields`. */
  readonly field: string;
  /** Two users' ids; null where contacts have no owner. */
  readonly owners: readonly [string, string] | null;
  /** What two contacts can have in common, so that several match; null where nothing can be. */
  readonly severalBy: 'email' | 'phone' | 'customerId' | null;
  /** Whether the CRM itself refuses a second contact with the same address. */
  readonly refusesDuplicates: boolean;
  /** Whether it refuses them however close together they are created, and the adapter says so. */
  readonly keepsEmailsUnique: boolean;
  /** A well-formed address that the CRM refuses nevertheless; null where it takes them all. */
  readonly refusedEmail: string | null;
  /** The most characters of an address; null where the limit is that of all addresses. */
  readonly maxEmailLength: number | null;
  /** Whether a new contact has a place for text. */
  readonly textPlace: boolean;
  /** Whether the CRM refuses a field that it does not have; others ignore it. */
  readonly refusesUnknownFields: boolean;
  /** Whether the CRM can be set to let no two contacts have one number. */
  readonly canKeepPhonesUnique: boolean;
  /** Two users' ids who can have a log, where contacts have no owner; else null. */
  readonly noteOwners: readonly [string, string] | null;
  /** Whether the CRM assigns to users who cannot log in any more; others refuse it as for deleted ones. */
  readonly takesInactiveOwners: boolean;
  /** Whether `check` tells of a configured field, or owner, that the CRM does not have. */
  readonly checksFields: boolean;
  readonly checksOwners: boolean;
};

export type FollowUpTraits = {
  /** How precisely it holds when it is due; `none` for a kind that has no such time. */
  readonly due: 'minute' | 'day' | 'none';
  /** Two users' ids; null for a kind that has no owner. */
  readonly owners: readonly [string, string] | null;
  /** How a visitor's words look in the description; null for a kind that has none. */
  readonly words: Subject['words'] | null;
};

export type RunningCrm = {
  readonly server: FakeServer;
  readonly refusals: Refusals;
  /** The adapter for this server, as the registry makes it. `opening` makes this of its settings. */
  readonly open: (deps: AdapterDeps, changes: Changes) => Promise<CrmAdapter>;
  readonly secret: string;
  /** Of the right form, and yet the vendor refuses it. */
  readonly wrongSecret: string;
  /** The request that creates a log. */
  readonly isLog: (request: Received) => boolean;
  /** What people read in the CRM, oldest first: one text for each note, or for each ticket with all its comments. */
  readonly logs: () => readonly string[];
  /** Somebody deletes every log. Absent where that cannot be seen. */
  readonly removeLogs?: () => void;
  /** Present where the subject declares contacts. */
  readonly contacts?: Contacts;
  /** Present where the subject declares follow-ups. */
  readonly followUps?: FollowUps;
  /** Present where the subject declares files. */
  readonly files?: Files;
  /** A request that changes nothing although it is no GET. Absent where there is none. */
  readonly isRead?: (request: Received) => boolean;
  /** The request for an access token. Present where the subject's credentials are `renewed`. */
  readonly isTokenRequest?: (request: Received) => boolean;
  /** Breaches of the vendor's contract, in words. */
  readonly violations: () => readonly string[];
};

/** Settings that a test wants different. */
export type Changes = {
  readonly onMultipleMatches?: OnMultipleMatches;
  readonly matchByPhone?: 'always' | 'never';
  readonly customerIdField?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly owners?: { readonly fallback: string };
  readonly files?: boolean;
};

export type Contacts = {
  /** Oldest first, by their names below. What is blank is absent. */
  readonly all: () => readonly Contact[];
  /** @returns the contact's id */
  readonly add: (contact: Contact, createdAt?: Date) => string;
  /** Somebody deletes the contact, or merges it into another so that its id is gone. */
  readonly remove: (id: string) => void;
  /** Somebody archives the contact or makes it invalid, and it can still be read. Absent if the CRM has no such state. */
  readonly archive?: (id: string) => void;
  /** The requests that find one, and that create one. */
  readonly isLookup: (request: Received) => boolean;
  readonly isCreate: (request: Received) => boolean;
  /** What a look-up by e-mail answers where there is nobody. */
  readonly nobody: Reply;
};

export type Contact = {
  readonly email?: string;
  readonly first?: string;
  readonly last?: string;
  /** Instead of both where the CRM keeps one name. */
  readonly name?: string;
  readonly phone?: string;
  readonly customerId?: string;
  /** The value of `ContactTraits.field`. */
  readonly field?: string;
  readonly ownerId?: string;
  /** The text in the place for it. */
  readonly remark?: string;
};

export type FollowUps = {
  readonly all: () => readonly SeenFollowUp[];
  /** The request that creates one. */
  readonly isCreate: (request: Received) => boolean;
};

export type Files = {
  /** What people find at the contact or in the ticket, oldest first. */
  readonly all: () => readonly SeenFile[];
  /** The request that brings the bytes. */
  readonly isUpload: (request: Received) => boolean;
};

export type SeenFile = {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** `ticket` where files are in the chat's ticket. */
  readonly contactId: string;
};

export type SeenFollowUp = {
  readonly id: string;
  readonly kind: FollowUpKind;
  readonly title: string;
  readonly description?: string;
  /** ISO 8601 in UTC, of which as much counts as `due` says. */
  readonly dueAt?: string;
  readonly ownerId?: string;
  readonly contactId?: string;
};
