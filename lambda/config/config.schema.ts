import { hubspotSettings } from '../crm/hubspot/settings.ts';
import { webhookSettings } from '../crm/webhook/settings.ts';

/** `forwarder.json`. The published copy for editors, `forwarder.schema.json`, is generated from this. */
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
      description: 'How long a body that was refused is kept.',
    },
    giveUpAfterHours: {
      type: 'integer',
      minimum: 1,
      maximum: 168,
      default: 24,
      description: 'How long a delivery is tried again before it is parked.',
    },
    destinations: {
      type: 'array',
      description: 'The CRMs that every chat goes to.',
      items: {
        type: 'object',
        required: ['adapter'],
        properties: { adapter: { type: 'string' } },
        discriminator: { propertyName: 'adapter' },
        oneOf: [webhookSettings, hubspotSettings],
      },
    },
  },
} as const;
