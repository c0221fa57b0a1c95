import { notifyEvents, services } from '../../lambda/config/config.ts';
import { languages } from '../../lambda/conversation/locale.ts';
import { settingsSchemas } from '../../lambda/crm/catalogue.ts';
import { secureUrl } from '../../lambda/crm/port/settings.ts';
import { platforms } from '../../lambda/smartsupp/shop-plugins.ts';

/** The schema of `forwarder.json`. `forwarder.schema.json`, for editors, is generated from it. */
export const configSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'forwarder.json',
  type: 'object',
  required: ['destinations'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    timezone: {
      type: 'string',
      default: 'UTC',
      description: 'IANA name of the timezone in which sales staff read times, such as Europe/Prague.',
    },
    language: {
      enum: languages,
      default: 'en',
      description: 'The language of transcripts and tasks.',
    },
    variables: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description:
        "The keys of the visitor's variables (a pre-chat form's fields, values from your pages) that have a meaning here.",
      properties: {
        phone: {
          type: ['string', 'array'],
          minLength: 1,
          minItems: 1,
          items: { type: 'string', minLength: 1 },
          default: 'phone',
          description: "The visitor's phone number. If several may hold it, a list: the first that does counts.",
        },
        customerId: { type: 'string', minLength: 1, description: 'Your own customer id, such as `userId`.' },
      },
    },
    phoneRegion: {
      type: 'string',
      pattern: '^[A-Z]{2}$',
      description:
        "Your shop's country, such as CZ. A phone number without a country's prefix is one of this country; only if it " +
        "cannot be, one of the visitor's.",
    },
    platform: {
      enum: platforms,
      description:
        'The shop system whose Smartsupp plugin you use. Without it, the plugin is recognised by what it tells of the visitor: see below.',
    },
    contactFromWords: {
      type: 'boolean',
      default: true,
      description:
        'Whether the address or phone number that a visitor typed in the chat counts, if nothing else identifies them. ' +
        'One that an agent or a bot wrote too never does.',
    },
    retentionDays: {
      type: 'integer',
      minimum: 1,
      maximum: 3650,
      default: 365,
      description: 'How long a conversation is kept here after it was last received.',
    },
    rejectedRetentionDays: {
      type: 'integer',
      minimum: 1,
      maximum: 365,
      default: 30,
      description: 'How long a rejected body is kept.',
    },
    giveUpAfterHours: {
      type: 'integer',
      minimum: 1,
      maximum: 168,
      default: 72,
      description:
        'How long a delivery is tried again before it is parked: a weekend, and time to drain what has waited.',
    },
    alarmEmail: {
      type: 'string',
      pattern: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$',
      description:
        'The address that gets an e-mail when an alarm of the stage "prod" goes off. Without it, nobody does.',
    },
    notify: {
      type: 'object',
      required: ['to'],
      additionalProperties: false,
      description:
        'Tells a chat channel, or a system of your own, what somebody should know within a minute. Its URL is a secret: store ' +
        'it with `npx forwarder secret notify`. Default: nobody is told.',
      properties: {
        to: {
          enum: services,
          description:
            '`slack`: an incoming webhook. `teams`: a workflow that takes webhooks and posts an Adaptive Card. `webhook`: ' +
            'any other URL, Mattermost for one; it gets JSON with the card and a `text`.',
        },
        on: {
          type: 'array',
          items: { enum: notifyEvents },
          default: notifyEvents,
          description:
            '`missed`: a chat that nobody answered, or an offline message, with who it was and how to reach them. ' +
            '`parked`: a chat was given up. `rejected`: a body was refused. `silence`: no chat for `silentAfterHours`. ' +
            '`alarms`: whatever raises an alarm of the stage "prod". Default: all of these.',
        },
        withWords: {
          type: 'boolean',
          default: false,
          description:
            "Whether a missed chat's card has the visitor's last words (up to 500 characters). By default they stay in the CRM.",
        },
      },
    },
    domain: {
      type: 'string',
      pattern: '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$',
      description:
        "A host name of your own for the hook's URL, such as `hooks.shop.example`, so that the URL outlives the stack: " +
        'see docs/deploy.md.',
    },
    api: {
      type: 'object',
      required: ['accountId'],
      additionalProperties: false,
      description:
        "Smartsupp's REST API v2, as a second source in addition to the POST hook, or instead of it. Its token is a secret: store " +
        'it with `npx forwarder secret api`. Default: chats come by the POST hook alone.',
      properties: {
        accountId: {
          type: 'string',
          pattern: '^[A-Za-z0-9_-]{1,64}$',
          description: 'The id of your Smartsupp account, as its webhooks and its hook have it, such as "208".',
        },
        webhooks: {
          type: 'boolean',
          default: true,
          description:
            'Whether Smartsupp posts signed webhooks: each chat then comes when it ends. Their shared secret is stored ' +
            'with `npx forwarder secret webhooks`.',
        },
        reconcile: {
          type: 'boolean',
          default: true,
          description:
            'Whether Smartsupp is asked every 15 minutes for chats that have ended and are not here, or are newer there.',
        },
        url: {
          ...secureUrl,
          default: 'https://api.smartsupp.com/v2/',
          description: "The API's address. Only a test has another.",
        },
      },
    },
    silentAfterHours: {
      type: 'integer',
      minimum: 0,
      maximum: 240,
      default: 24,
      description:
        'An alarm is raised if no chat came for so many hours, Monday to Friday. 0: never, for a shop with few chats.',
    },
    maxConcurrency: {
      type: 'integer',
      minimum: 2,
      maximum: 1000,
      default: 7,
      description: 'How many batches are delivered at once. CRMs limit calls: more would often only be told to wait.',
    },
    batchingWindowSeconds: {
      type: 'integer',
      minimum: 0,
      maximum: 10,
      default: 1,
      description:
        'How long chats are collected before they are delivered together, up to 100. With 0 a chat leaves at once, and at most 10 together.',
    },
    destinations: {
      type: 'array',
      // The ARNs of their secrets share the 4 KB of a function's environment.
      maxItems: 20,
      description: 'The CRMs that every chat goes to, at most 20.',
      items: {
        type: 'object',
        required: ['adapter'],
        properties: { adapter: { type: 'string' } },
        discriminator: { propertyName: 'adapter' },
        oneOf: settingsSchemas,
      },
    },
  },
} as const;
