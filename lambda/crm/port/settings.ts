import type { JSONSchema } from 'json-schema-to-ts';
import type { FollowUpKind } from './adapter.ts';

/** Schemas shared by all destinations in `forwarder.json`; each adapter spreads them into its own. */

export const destinationName = {
  type: 'string',
  pattern: '^[a-z][a-z0-9-]{0,39}$',
  description: 'Your own name for this CRM, kept for good: the ledger remembers what was delivered under it.',
} as const;

/** Plain HTTP only to this machine: visitors' words never cross a network unencrypted. */
export const secureUrl = {
  type: 'string',
  pattern: '^(https://|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])([:/]|$))',
} as const;

const expression = { type: 'string', minLength: 1, maxLength: 4000 } as const;

export const rules = {
  when: {
    ...expression,
    description:
      'A JSONata expression over the conversation: only chats for which it is true go here. For example ' +
      '`accountId = "208" and visitor.countryCode = "CZ"`. Default: all.',
  },
  minMessages: {
    type: 'integer',
    minimum: 1,
    description:
      'Only chats with at least so many messages of people go here, and all offline messages. Default: any number.',
  },
  onlyWithEmail: {
    type: 'boolean',
    description: 'Only chats of visitors who left an e-mail address go here. Default: false.',
  },
  automatic: {
    type: 'boolean',
    description: 'Also chats in which nobody but triggers and bots spoke. Default: false, they are only stored.',
  },
  humanOnly: {
    type: 'boolean',
    description:
      'Not chats that only bots answered: they are only stored. Only `api` tells bots from agents. Default: false.',
  },
  consent: {
    type: 'boolean',
    description:
      'Only chats of visitors who agreed to the processing of their data go here. All others are held, and go here ' +
      'once Smartsupp says that the visitor has agreed. Needs `api`, which tells it. Default: false.',
  },
} as const;

/**
 * The schema of one kind of destination.
 * @param own.required in addition to its name and adapter
 * @param own.properties in addition to these and the rules
 */
export const destinationSchema = <
  const Adapter extends string,
  const Required extends readonly string[],
  const Properties extends Readonly<Record<string, JSONSchema>>,
>(
  adapter: Adapter,
  own: { readonly title: string; readonly required: Required; readonly properties: Properties },
) =>
  ({
    type: 'object',
    title: `${adapter}: ${own.title}`,
    required: ['name', 'adapter', ...own.required],
    additionalProperties: false,
    properties: { name: destinationName, adapter: { const: adapter }, ...own.properties, ...rules },
  }) as const;

export const contactSettings = {
  anonymous: {
    enum: ['hold', 'skip', 'create'],
    description:
      'For visitors who left no e-mail address, phone number or customer id: `hold` keeps the chat until the same visitor ' +
      'leaves an e-mail address or a phone number, `skip` only stores it, `create` makes a contact all the same. What ' +
      'was left but cannot be read, such as `jan@shop`, makes a contact by name. Default: hold.',
  },
  holdHours: {
    type: 'number',
    minimum: 1,
    maximum: 8760,
    description:
      'How long a missed chat or an offline message is held: then it goes to a contact by name, with its follow-up, if ' +
      'the visitor gave a name. All other held chats stay so. Default: 72.',
  },
  onMultipleMatches: {
    enum: ['oldest', 'newest', 'park'],
    description:
      'The contact to take if several match: the oldest, the newest, or none: then the chat is parked for an operator. ' +
      'Default: oldest.',
  },
  matchByPhone: {
    enum: ['sameNameOnly', 'always', 'never'],
    description:
      'Whether a contact with the same phone number is the visitor: `sameNameOnly` unless both the address and the name ' +
      'are others (a company has one number for many people), `always`, or `never`. Default: sameNameOnly.',
  },
  customerIdField: {
    type: 'string',
    minLength: 1,
    description:
      "The contact's field that holds your own customer id, to match by it; with `variables.customerId` above, or the " +
      "id of Smartsupp's plugin for your shop.",
  },
  fields: {
    type: 'object',
    description:
      "More fields of the contact: the CRM's name of a field to a JSONata expression over the conversation. Only " +
      'blanks are filled, unless `overwrite` is true.',
    additionalProperties: {
      anyOf: [
        expression,
        {
          type: 'object',
          required: ['value'],
          additionalProperties: false,
          properties: { value: expression, overwrite: { type: 'boolean' } },
        },
      ],
    },
  },
  neutraliseFormulas: {
    type: 'boolean',
    description:
      'Whether names, customer ids and the texts of `fields` lose a `=`, `+`, `-` or `@` at their beginning, by which a ' +
      'spreadsheet would take them for a formula once somebody exports the CRM. Numbers, phone numbers and e-mail ' +
      'addresses stay as they are. Default: true.',
  },
  owners: {
    type: 'object',
    additionalProperties: false,
    description: "The owners of new contacts and their tasks: from Smartsupp's agents to the CRM's users.",
    properties: {
      agents: {
        type: 'object',
        additionalProperties: { type: 'string', minLength: 1 },
        description: "An agent's id or name to a user's id in the CRM. The agent who wrote most counts.",
      },
      fallback: { type: 'string', minLength: 1, description: "The user's id for all other chats." },
    },
  },
} as const;

/** For a CRM that stores files. */
export const filesSetting = {
  files: {
    type: 'boolean',
    description:
      'Whether pictures and documents of a chat are copied into the CRM, up to 20 MB each: the links to them at Smartsupp ' +
      'end after a while. Default: true.',
  },
} as const;

/** For a CRM whose contacts have a company as text. */
export const companySetting = {
  company: {
    type: 'boolean',
    description:
      "Whether a new contact's company, if nothing else tells it, is the domain of the e-mail address, such as `acme.cz`. " +
      'Domains of free mail, such as gmail.com, never are. Default: false.',
  },
} as const;

/** @param kinds the kinds of follow-up that this CRM can create, the default first */
export const followUpSettings = <const Kinds extends readonly FollowUpKind[]>(...kinds: Kinds) =>
  ({
    followUp: {
      type: 'object',
      additionalProperties: false,
      description: 'The task, ticket or lead after a missed chat, an offline message or a low rating.',
      properties: {
        on: {
          type: 'array',
          items: { enum: ['missed', 'offline', 'lowRating'] },
          description: 'The chats that get one; [] for none. Default: all three.',
        },
        as: { enum: kinds, description: `Its kind. Default: ${kinds[0]}.` },
        dueInHours: {
          type: 'number',
          minimum: 0,
          maximum: 720,
          description: 'When it is due, counted from the end of the chat. Default: 4.',
        },
        lowRating: {
          type: 'number',
          minimum: 1,
          maximum: 5,
          description: 'The highest rating that counts as low. Default: 2.',
        },
      },
    },
  }) as const;
