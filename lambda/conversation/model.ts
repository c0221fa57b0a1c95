/**
 * One chat, normalised: what the rest of the system knows of it, whatever the source's format was.
 * Every value is plain JSON, so that a conversation can be sent to a webhook or given to an expression as it is.
 */
export type Conversation = {
  /** `<accountId>:<channelId>`, each percent-encoded (hashed if very long): unique over all accounts, safe in URLs and keys. */
  readonly id: string;
  readonly accountId: string;
  readonly channelId: string;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly outcome: Outcome;
  /** The source's own flags, for rules that want more than the outcome. */
  readonly flags: Flags;
  readonly rating: Rating | null;
  readonly timing: Timing;
  readonly visitor: Visitor;
  /** Pages visited, in the order given. */
  readonly pages: readonly Page[];
  readonly messages: readonly Message[];
};

/** ISO 8601 in UTC with milliseconds, `2015-03-27T15:33:59.703Z`. */
export type Instant = string;

/**
 * What became of the chat, in one word:
 * `answered` a person answered; `missed` the visitor's last words wait for an answer; `offline` a message left while
 * nobody was there; `dropped` broken off; `automatic` nobody but triggers and bots spoke.
 */
export type Outcome = 'answered' | 'missed' | 'offline' | 'dropped' | 'automatic';

export type Flags = {
  readonly isChat: boolean;
  readonly isMissed: boolean;
  readonly isTriggered: boolean;
  readonly isOffline: boolean;
  readonly isCompleted: boolean;
  readonly isDropped: boolean;
};

export type Rating = { readonly score: number; readonly comment: string | null };

/** All in seconds; null where nobody answered. */
export type Timing = {
  readonly duration: number | null;
  readonly firstResponse: number | null;
  readonly averageResponse: number | null;
};

/** Texts are as the visitor or the source gave them, trimmed; blank ones are null. None of them can be trusted. */
export type Visitor = {
  readonly id: string | null;
  readonly name: string | null;
  /** As typed. `matchKeys` has the normalised form. */
  readonly email: string | null;
  readonly note: string | null;
  readonly group: string | null;
  readonly referrer: string | null;
  readonly ipAddress: string | null;
  readonly city: string | null;
  readonly country: string | null;
  readonly countryCode: string | null;
  readonly userAgent: string | null;
  readonly platform: string | null;
  readonly variables: readonly Variable[];
};

/** A value that the shop's page or the pre-chat form gave: a phone number arrives as one of these. */
export type Variable = {
  readonly key: string;
  readonly label: string;
  readonly value: string | number | boolean;
};

export type Page = { readonly url: string; readonly title: string | null };

export type Message = {
  /** Who spoke: a person on either side, an automatic `trigger` or bot, or the `system` telling of an event. */
  readonly speaker: 'visitor' | 'agent' | 'trigger' | 'system';
  /** The speaker's name where known; for a trigger, the trigger's. */
  readonly name: string | null;
  /** The agent's id at the source, for owner maps. */
  readonly agentId: string | null;
  /** The words as they came; for `system`, the source's code, such as `close.visitorClose`. */
  readonly text: string;
  readonly sentAt: Instant | null;
};
