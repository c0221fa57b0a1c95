import type { FromSchema } from 'json-schema-to-ts';
import type { SecretShape } from '../http/credentials.ts';
import {
  companySetting,
  contactSettings,
  destinationSchema,
  filesSetting,
  followUpSettings,
  secureUrl,
} from '../port/settings.ts';

export const odooSettings = destinationSchema('odoo', {
  title: 'a contact, a note with the transcript, and an activity when somebody was missed',
  required: ['baseUrl'],
  properties: {
    baseUrl: {
      ...secureUrl,
      description: 'The address at which you log in, such as https://shop.odoo.com. Odoo 19 or later.',
    },
    database: {
      type: 'string',
      pattern: '^[A-Za-z0-9._-]+$',
      description: "The database's name, if a server of your own has several. Default: the only one there is.",
    },
    ...contactSettings,
    ...filesSetting,
    ...companySetting,
    ...followUpSettings('task'),
  },
});

export const odooSecret: SecretShape = {
  kind: 'token',
  label: 'API key of an internal user of Odoo',
  where: 'Odoo → Preferences → Account Security → New API Key',
};

export type OdooSettings = FromSchema<typeof odooSettings>;
