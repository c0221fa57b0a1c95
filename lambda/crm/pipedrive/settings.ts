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

export const pipedriveSettings = {
  type: 'object',
  title: 'pipedrive: a person, a note with the transcript, and a task when somebody was missed',
  required: ['name', 'adapter'],
  additionalProperties: false,
  properties: {
    name: destinationName,
    adapter: { const: 'pipedrive' },
    baseUrl: {
      ...secureUrl,
      description:
        'The API to call, by default https://api.pipedrive.com. With OAuth it must be that of your company, ' +
        'https://yourcompany.pipedrive.com.',
    },
    authUrl: {
      ...secureUrl,
      description: 'The address that issues OAuth access tokens, by default https://oauth.pipedrive.com.',
    },
    ...rules,
    ...contactSettings,
    ...filesSetting,
    ...followUpSettings('task', 'lead'),
  },
} as const;

/** For OAuth the secret is a JSON object, see `auth.ts`. */
export const pipedriveSecret: SecretShape = {
  kind: 'token',
  label: 'API token',
  where: 'Pipedrive → your picture → Personal preferences → API',
};

export type PipedriveSettings = FromSchema<typeof pipedriveSettings>;
