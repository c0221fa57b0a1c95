import type { FromSchema } from 'json-schema-to-ts';

/**
 * Everything that a chat needs to be accepted: the two ids that identify it. Nothing else may cost a chat, so nothing else
 * has a type here. `documentedSchema` below has the rest.
 */
const id = { type: ['integer', 'string'], pattern: '\\S', maxLength: 128 } as const;

/**
 * Six megabytes, the most that Lambda takes, hold 60,000 messages with a word in them. Of empty ones they hold two
 * million, whose transcript no function has the memory to write.
 */
const maxSize = 100_000;
const bounded = {
  type: ['array', 'object', 'string', 'number', 'boolean', 'null'],
  maxItems: maxSize,
  maxProperties: maxSize,
} as const;

export const hookSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'What identifies a chat',
  type: 'object',
  required: ['accountId', 'channel'],
  properties: {
    accountId: id,
    channel: { type: 'object', required: ['id'], properties: { id } },
    visitor: { ...bounded, properties: { variables: bounded } },
    paths: bounded,
    messages: bounded,
  },
} as const;

/**
 * The hook's body as https://developers.smartsupp.com (POST hook) documents it, with null wherever a value may be missing.
 * It refuses nothing: a body that deviates is accepted, and the deviation is reported. Unknown keys pass.
 */
const documentedId = { type: ['integer', 'string'] } as const;
const maybeId = { type: ['integer', 'string', 'null'] } as const;
const text = { type: ['string', 'null'] } as const;
const flag = { type: ['boolean', 'null'] } as const;
const number = { type: ['number', 'null'] } as const;
/** Epoch milliseconds, from 1973 to the year 3000: smaller numbers are seconds. */
const time = { type: ['number', 'null'], minimum: 1e11, maximum: 32_503_680_000_000 } as const;
const scalar = { type: ['string', 'number', 'boolean', 'null'] } as const;

const channel = {
  type: 'object',
  required: ['id'],
  properties: {
    id: documentedId,
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

/** Documented as a map of key to `{label, value}`; maps of key to value exist too. */
const variables = {
  type: ['object', 'null'],
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

export const documentedSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Smartsupp POST hook',
  type: 'object',
  required: ['accountId', 'channel'],
  properties: {
    accountId: documentedId,
    beginAt: time,
    endAt: time,
    channel,
    visitor,
    paths: { type: ['array', 'null'], items: path },
    messages: { type: ['array', 'null'], items: message },
  },
} as const;

export type DocumentedHook = FromSchema<typeof documentedSchema>;
