import { destinationName, secureUrl } from '../settings.ts';

export const webhookSettings = {
  type: 'object',
  title: 'webhook: the conversation as signed JSON, to any URL',
  required: ['name', 'adapter', 'url'],
  additionalProperties: false,
  properties: {
    name: destinationName,
    adapter: { const: 'webhook' },
    url: { ...secureUrl, description: 'Where to POST. HTTPS, or HTTP on this machine.' },
  },
} as const;
