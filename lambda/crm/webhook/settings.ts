import type { FromSchema } from 'json-schema-to-ts';
import { destinationName, rules, type SecretShape, secureUrl } from '../port/settings.ts';

export const webhookSettings = {
  type: 'object',
  title: 'webhook: the conversation as signed JSON, to any URL',
  required: ['name', 'adapter', 'url'],
  additionalProperties: false,
  properties: {
    name: destinationName,
    adapter: { const: 'webhook' },
    url: { ...secureUrl, description: 'The address to POST to. HTTPS, or HTTP on this machine.' },
    ...rules,
  },
} as const;

export const webhookSecret: SecretShape = { kind: 'generated', label: 'Signing key (Standard Webhooks)' };

export type WebhookSettings = FromSchema<typeof webhookSettings>;
