/**
 * Everything that a chat needs to be accepted: the two ids that identify it. Nothing else may cost a chat, so nothing else
 * has a type here. `documented.schema.ts` has the rest.
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
