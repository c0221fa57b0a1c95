import { destinationName, secureUrl } from '../settings.ts';

export const hubspotSettings = {
  type: 'object',
  title: 'hubspot: a contact by e-mail and a note with the transcript',
  required: ['name', 'adapter'],
  additionalProperties: false,
  properties: {
    name: destinationName,
    adapter: { const: 'hubspot' },
    baseUrl: { ...secureUrl, description: 'The API to call, by default https://api.hubapi.com.' },
  },
} as const;
