import type { FromSchema } from 'json-schema-to-ts';
import type { SecretShape } from '../http/credentials.ts';
import { contactSettings, destinationSchema, followUpSettings, secureUrl } from '../port/settings.ts';

export const raynetSettings = destinationSchema('raynet', {
  title: 'a contact, an event with the transcript, and a task when somebody was missed',
  required: ['instance', 'owners'],
  properties: {
    instance: {
      type: 'string',
      pattern: '^[A-Za-z0-9._-]+$',
      description: 'The name of your Raynet, as in Help → About RAYNET CRM.',
    },
    baseUrl: {
      ...secureUrl,
      description:
        'The API of the server that you log in to: https://app.raynet.cz/api/v2 by default, else that of ' +
        'app.raynetcrm.sk, app.raynetcrm.com or eu.raynetcrm.com.',
    },
    ...contactSettings,
    customerIdField: {
      ...contactSettings.customerIdField,
      pattern: '^extId:[A-Za-z0-9_-]+$',
      description:
        '`extId:` and what comes before the colon in those external ids of contacts that are your own customer ids: ' +
        '`extId:shop` for `shop:1234`; with `variables.customerId` above.',
    },
    owners: {
      ...contactSettings.owners,
      required: ['fallback'],
      description:
        "The owners of new contacts, their chats and tasks: from Smartsupp's agents to Raynet's users. Raynet requires an " +
        'owner for every activity, so a fallback is needed: `{"fallback": "7"}`, where 7 is the id of a user\'s contact, ' +
        'the number at the end of its address in the browser.',
      properties: {
        ...contactSettings.owners.properties,
        fallback: {
          ...contactSettings.owners.properties.fallback,
          description: "For all other chats: the id of a user's contact, the number at the end of its address.",
        },
      },
    },
    ...followUpSettings('task'),
  },
});

export const raynetSecret: SecretShape = {
  kind: 'fields',
  fields: {
    user: {
      label: 'E-mail address of the user who speaks for the forwarder',
      where: 'Raynet → Settings → Users',
      isPublic: true,
    },
    apiKey: { label: 'API key of that user', where: 'Raynet → Settings → For developers → API keys' },
  },
};

export type RaynetSettings = FromSchema<typeof raynetSettings>;
