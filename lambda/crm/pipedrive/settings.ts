import type { FromSchema } from 'json-schema-to-ts';
import type { SecretShape } from '../http/credentials.ts';
import { contactSettings, destinationSchema, filesSetting, followUpSettings, secureUrl } from '../port/settings.ts';

export const pipedriveSettings = destinationSchema('pipedrive', {
  title: 'a person, a note with the transcript, and a task when somebody was missed',
  required: [],
  properties: {
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
    ...contactSettings,
    ...filesSetting,
    ...followUpSettings('task', 'lead'),
  },
});

/** For OAuth the secret is a JSON object, see `index.ts`. */
export const pipedriveSecret: SecretShape = {
  kind: 'token',
  label: 'API token',
  where: 'Pipedrive → your picture → Personal preferences → API',
};

export type PipedriveSettings = FromSchema<typeof pipedriveSettings>;
