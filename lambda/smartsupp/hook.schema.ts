/**
 * The hook's body, from https://developers.smartsupp.com (POST hook). As tolerant as the vendor is vague: only two ids
 * are required, other fields may be null, and unknown keys are accepted.
 */
const id = { type: ['integer', 'string'], minLength: 1, maxLength: 128 } as const;
const maybeId = { type: ['integer', 'string', 'null'] } as const;
const text = { type: ['string', 'null'] } as const;
const flag = { type: ['boolean', 'null'] } as const;
const number = { type: ['number', 'null'] } as const;
/** Epoch milliseconds in the range of a Date (ECMA-262, time values). */
const time = { type: ['number', 'null'], minimum: -8.64e15, maximum: 8.64e15 } as const;
/** Lambda's limit of 6 MB holds 60,000 one-word messages, but two million empty ones, too many for memory. */
const maxItems = 100_000;
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

/** Documented as a map of key to `{label, value}`; some hooks have a flat map of key to value. */
const variables = {
  type: ['object', 'null'],
  maxProperties: maxItems,
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
    paths: { type: ['array', 'null'], maxItems, items: path },
    messages: { type: ['array', 'null'], maxItems, items: message },
  },
} as const;
