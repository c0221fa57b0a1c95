import type { FromSchema } from 'json-schema-to-ts';
import type { SecretShape } from '../http/credentials.ts';
import { contactSettings, destinationSchema, followUpSettings, secureUrl } from '../port/settings.ts';

/** The settings in `forwarder.json`: the common ones, and those of this CRM. */
export const templateSettings = destinationSchema('template', {
  title: 'a contact, a note with the transcript, and a task when somebody was missed',
  required: [],
  properties: {
    baseUrl: { ...secureUrl, description: 'The API to call. Default: https://api.crm.example.' },
    ...contactSettings,
    // The kinds that the CRM can create, the default first.
    ...followUpSettings('task'),
  },
});

export type TemplateSettings = FromSchema<typeof templateSettings>;

/** @public A real CRM's is used by `catalogue.ts`, and its labels are shown to the operator. */
export const templateSecret: SecretShape = {
  kind: 'token',
  label: 'API key',
  where: 'Settings → API → New key',
};
