import type { FromSchema } from 'json-schema-to-ts';
import {
  contactSettings,
  destinationName,
  followUpSettings,
  rules,
  type SecretShape,
  secureUrl,
} from '../port/settings.ts';

/** What a destination of this kind takes in `forwarder.json`: what all have in common, and what this CRM needs. */
export const templateSettings = {
  type: 'object',
  title: 'template: a contact, a note with the transcript, and a task when somebody was missed',
  required: ['name', 'adapter'],
  additionalProperties: false,
  properties: {
    name: destinationName,
    adapter: { const: 'template' },
    baseUrl: { ...secureUrl, description: 'The API to call. Default: https://api.crm.example.' },
    ...rules,
    ...contactSettings,
    // What the CRM can make, the default first.
    ...followUpSettings('task'),
  },
} as const;

export type TemplateSettings = FromSchema<typeof templateSettings>;

/**
 * What the operator is asked for, and where it is found.
 * @public A real CRM's is used by `catalogue.ts`.
 */
export const templateSecret: SecretShape = {
  kind: 'token',
  label: 'API key',
  where: 'Settings → API → New key',
};
