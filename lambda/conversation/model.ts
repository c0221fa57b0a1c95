/** One chat, whatever the source's format. Plain JSON, so that webhooks and expressions get it as is. */
export type Conversation = {
  /** `<accountId>:<channelId>`, each percent-encoded (hashed if very long): unique over all accounts, safe in URLs and keys. */
  readonly id: string;
  readonly accountId: string;
  readonly channelId: string;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly outcome: Outcome;
  /** The source's flags, for rules that need more than the outcome. */
  readonly flags: Flags;
  readonly rating: Rating | null;
  readonly timing: Timing;
  readonly visitor: Visitor;
  /** The visitor's account at the shop; null unless one of Smartsupp's official shop plugins sends it. */
  readonly shop: Shop | null;
  /** The channel in the source's terms: `default` for the shop's website, `facebook_messenger`. */
  readonly channelType: string | null;
  /** The source's id of the agents' group that the chat belongs to. */
  readonly groupId: string | null;
  /** The agents' labels. */
  readonly tags: readonly string[];
  readonly pages: readonly Page[];
  readonly messages: readonly Message[];
};

/** ISO 8601 in UTC with milliseconds, `2015-03-27T15:33:59.703Z`. */
export type Instant = string;

/**
 * How the chat ended: `answered` by a person; `missed`, the visitor waits for an answer; `offline`, a message left
 * while nobody was there; `dropped` before its end; `automatic`, only triggers and bots wrote.
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

/** In seconds; null if nobody answered. */
export type Timing = {
  readonly duration: number | null;
  readonly firstResponse: number | null;
  readonly averageResponse: number | null;
};

/** Texts are as given, trimmed, and null if blank. None of them can be trusted. */
export type Visitor = {
  readonly id: string | null;
  readonly name: string | null;
  /** As typed. `normaliseEmail` gives the form for matching. */
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
  /** The browser's language, such as `cs`. */
  readonly language: string | null;
  /** Whether they agreed to the processing of their data; null if nobody asked. */
  readonly consent: boolean | null;
  readonly variables: readonly Variable[];
};

/** A value from the shop's page or the pre-chat form, such as a phone number. */
export type Variable = {
  readonly key: string;
  readonly label: string;
  readonly value: string | number | boolean;
};

/** Untrusted like the visitor's texts: their browser sends it. */
export type Shop = {
  readonly platform: 'wordpress' | 'woocommerce' | 'prestashop' | 'shopware' | 'magento' | 'shoptet';
  readonly customerId: string | null;
  /** As the customer typed it. */
  readonly phone: string | null;
  /** For all orders together, in the shop's currency. */
  readonly spending: number | null;
  readonly orders: number | null;
  readonly city: string | null;
  readonly countryCode: string | null;
};

export type Page = { readonly url: string; readonly title: string | null };

export type Message = {
  /** A person on either side, a `bot` that answers, an automatic `trigger`, or a `system` event. */
  readonly speaker: 'visitor' | 'agent' | 'bot' | 'trigger' | 'system';
  readonly name: string | null;
  /** The agent's id at the source, for `owners`. */
  readonly agentId: string | null;
  /** The text as received; for `system` the source's code, such as `close.visitorClose`. */
  readonly text: string;
  readonly files: readonly SentFile[];
  readonly sentAt: Instant | null;
};

/** A file or picture of a message. Untrusted like its words. */
export type SentFile = {
  readonly name: string | null;
  readonly url: string;
  /** The MIME type as the source says it. */
  readonly mediaType: string | null;
  /** In bytes. */
  readonly size: number | null;
  /** When the link expires; null if unknown. */
  readonly expiresAt: Instant | null;
};

/** By time; an item without one stays behind the one before it. */
export function inOrder<Item>(items: readonly Item[], timeOf: (item: Item) => Instant | null): readonly Item[] {
  let last: Instant = '';
  const timed = items.map((item) => {
    last = timeOf(item) ?? last;
    return { item, at: last };
  });
  return timed.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ item }) => item);
}

/** The names inside a type, which expressions are checked against: of a list, those of its items. */
export type Shape<T> =
  NonNullable<T> extends readonly (infer Item)[]
    ? Shape<Item>
    : NonNullable<T> extends object
      ? string extends keyof NonNullable<T>
        ? 'anything'
        : { readonly [Name in keyof NonNullable<T>]-?: Shape<NonNullable<T>[Name]> }
      : 'value';

export const conversationShape: Shape<Conversation> = {
  id: 'value',
  accountId: 'value',
  channelId: 'value',
  startedAt: 'value',
  endedAt: 'value',
  outcome: 'value',
  flags: {
    isChat: 'value',
    isMissed: 'value',
    isTriggered: 'value',
    isOffline: 'value',
    isCompleted: 'value',
    isDropped: 'value',
  },
  rating: { score: 'value', comment: 'value' },
  timing: { duration: 'value', firstResponse: 'value', averageResponse: 'value' },
  visitor: {
    id: 'value',
    name: 'value',
    email: 'value',
    note: 'value',
    group: 'value',
    referrer: 'value',
    ipAddress: 'value',
    city: 'value',
    country: 'value',
    countryCode: 'value',
    userAgent: 'value',
    platform: 'value',
    language: 'value',
    consent: 'value',
    variables: { key: 'value', label: 'value', value: 'value' },
  },
  shop: {
    platform: 'value',
    customerId: 'value',
    phone: 'value',
    spending: 'value',
    orders: 'value',
    city: 'value',
    countryCode: 'value',
  },
  channelType: 'value',
  groupId: 'value',
  tags: 'value',
  pages: { url: 'value', title: 'value' },
  messages: {
    speaker: 'value',
    name: 'value',
    agentId: 'value',
    text: 'value',
    files: { name: 'value', url: 'value', mediaType: 'value', size: 'value', expiresAt: 'value' },
    sentAt: 'value',
  },
};
