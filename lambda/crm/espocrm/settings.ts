import type { FromSchema } from 'json-schema-to-ts';
import type { SecretShape } from '../http/credentials.ts';
import { contactSettings, destinationSchema, filesSetting, followUpSettings, secureUrl } from '../port/settings.ts';

export const espocrmSettings = destinationSchema('espocrm', {
  title: 'a contact, a post with the transcript in its stream, and a task when somebody was missed',
  required: ['baseUrl'],
  properties: {
    baseUrl: { ...secureUrl, description: 'The address of your EspoCRM, such as https://crm.example.com.' },
    ...contactSettings,
    ...filesSetting,
    ...followUpSettings('task', 'ticket'),
  },
});

export const espocrmSecret: SecretShape = {
  kind: 'token',
  label: 'API key',
  where: 'EspoCRM → Administration → API Users → the user → API Key',
};

export type EspocrmSettings = FromSchema<typeof espocrmSettings>;
