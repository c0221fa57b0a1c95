import type { FromSchema } from 'json-schema-to-ts';
import {
  contactSettings,
  destinationName,
  filesSetting,
  followUpSettings,
  rules,
  type SecretShape,
  secureUrl,
} from '../port/settings.ts';

export const espocrmSettings = {
  type: 'object',
  title: 'espocrm: a contact, a post with the transcript in its stream, and a task when somebody was missed',
  required: ['name', 'adapter', 'baseUrl'],
  additionalProperties: false,
  properties: {
    name: destinationName,
    adapter: { const: 'espocrm' },
    baseUrl: { ...secureUrl, description: 'The address of your EspoCRM, such as https://crm.example.com.' },
    ...rules,
    ...contactSettings,
    ...filesSetting,
    ...followUpSettings('task', 'ticket'),
  },
} as const;

export const espocrmSecret: SecretShape = {
  kind: 'token',
  label: 'API key',
  where: 'EspoCRM → Administration → API Users → the user → API Key',
};

export type EspocrmSettings = FromSchema<typeof espocrmSettings>;
