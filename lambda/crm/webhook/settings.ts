import type { FromSchema } from 'json-schema-to-ts';
import type { SecretShape } from '../http/credentials.ts';
import { destinationSchema, secureUrl } from '../port/settings.ts';

export const webhookSettings = destinationSchema('webhook', {
  title: 'the conversation as signed JSON, to any URL',
  required: ['url'],
  properties: {
    url: { ...secureUrl, description: 'The address to POST to. HTTPS, or HTTP on this machine.' },
  },
});

export const webhookSecret: SecretShape = { kind: 'generated', label: 'Signing key (Standard Webhooks)' };

export type WebhookSettings = FromSchema<typeof webhookSettings>;
