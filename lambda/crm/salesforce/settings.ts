import type { FromSchema } from 'json-schema-to-ts';
import type { SecretShape } from '../http/credentials.ts';
import { contactSettings, destinationSchema, filesSetting, followUpSettings, secureUrl } from '../port/settings.ts';

/** Field names are put into queries unescaped. */
const apiName = '^[A-Za-z][A-Za-z0-9_]*$';

export const salesforceSettings = destinationSchema('salesforce', {
  title: 'a contact, a completed task with the transcript, and a task or case when somebody was missed',
  required: ['baseUrl'],
  properties: {
    baseUrl: {
      ...secureUrl,
      description: 'Your My Domain, https://<company>.my.salesforce.com, as Setup → My Domain shows it.',
    },
    completedStatus: {
      type: 'string',
      minLength: 1,
      description: 'The name of the status of a task that is done: transcripts are such tasks. Default: Completed.',
    },
    countryCodes: {
      type: 'boolean',
      description: 'Set it to true if State and Country/Territory Picklists are enabled. Default: false.',
    },
    ...contactSettings,
    ...filesSetting,
    customerIdField: { ...contactSettings.customerIdField, pattern: apiName },
    fields: { ...contactSettings.fields, propertyNames: { pattern: apiName } },
    ...followUpSettings('task', 'ticket'),
  },
});

const where = 'Setup → External Client App Manager → your app → Settings → OAuth Settings → Consumer Key and Secret';

export const salesforceSecret: SecretShape = {
  kind: 'fields',
  fields: {
    clientId: { label: 'Consumer key', where },
    clientSecret: { label: 'Consumer secret', where },
  },
};

export type SalesforceSettings = FromSchema<typeof salesforceSettings>;
