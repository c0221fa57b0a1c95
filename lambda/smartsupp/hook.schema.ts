/**
 * The hook's body, as tolerant as the vendor is vague: two ids are required, the rest is typed where it is present, and
 * unknown keys pass. Field by field from https://developers.smartsupp.com (POST hook), with null wherever a value may be
 * missing.
 */
const id = { type: ['integer', 'string'], minLength: 1, maxLength: 128 } as const;
const maybeId = { type: ['integer', 'string', 'null'] } as const;
const text = { type: ['string', 'null'] } as const;
const flag = { type: ['boolean', 'null'] } as const;
const number = { type: ['number', 'null'] } as const;
/** Epoch milliseconds that a Date can hold (ECMA-262, time values). */
const time = { type: ['number', 'null'], minimum: -8.64e15, maximum: 8.64e15 } as const;
/**
 * Six megabytes, the most that Lambda takes, hold 60,000 messages with a word in them. Of empty ones they hold two
 * million, whose transcript no function has the memory to write.
 */
const maxSize = 100_000;
const scalar = { type: ['string', 'number', 'boolean', 'null'] } as const;

const channel = {
  type: 'object',
  required: ['id'],
  properties: {
    id,
    isChat: flag,
    isMissed: flag,
    isTriggered: flag,
    isOffline: flag,
    isCompleted: flag,
    isDropped: flag,
    duration: number,
    avgResponse: number,
    firstResponse: number,
    messagesCount: number,
    wordsCount: number,
    rating: number,
    ratingDesc: text,
  },
} as const;

/** Documented as a map of key to `{label, value}`; a flat map of key to value is met too. */
const variables = {
  type: ['object', 'null'],
  maxProperties: maxSize,
  additionalProperties: {
    type: ['object', 'string', 'number', 'boolean', 'null'],
    properties: { label: text, value: scalar },
  },
} as const;

const visitor = {
  type: ['object', 'null'],
  properties: {
    id: maybeId,
    name: text,
    email: text,
    note: text,
    group: maybeId,
    groupKey: maybeId,
    referer: text,
    ipAddress: text,
    city: text,
    country: text,
    countryCode: text,
    userAgent: text,
    platform: text,
    /** Not documented, and met: of any type, since nothing optional may cost a chat. */
    phone: {},
    variables,
  },
} as const;

const path = { type: 'object', properties: { url: text, title: text } } as const;

const message = {
  type: 'object',
  properties: {
    type: text,
    name: text,
    from: maybeId,
    content: text,
    sentAt: time,
    triggeredBy: text,
    email: text,
  },
} as const;

export const hookSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Smartsupp POST hook',
  type: 'object',
  required: ['accountId', 'channel'],
  properties: {
    accountId: id,
    beginAt: time,
    endAt: time,
    channel,
    visitor,
    paths: { type: ['array', 'null'], maxItems: maxSize, items: path },
    messages: { type: ['array', 'null'], maxItems: maxSize, items: message },
  },
} as const;
