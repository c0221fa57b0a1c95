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

export const hubspotSettings = destinationSchema('hubspot', {
  title: 'a contact, a note with the transcript, and a task when somebody was missed',
  required: [],
  properties: {
    baseUrl: { ...secureUrl, description: 'The API to call, by default https://api.hubapi.com.' },
    accountUrl: {
      type: 'string',
      pattern: '^https://app[a-z0-9.-]*\\.hubspot\\.com/contacts/[0-9]+$',
      description:
        "The address of your account in a browser, for links to it: the address of any contact's page, up to the account's number: `https://app-eu1.hubspot.com/contacts/12345678`.",
    },
    ...contactSettings,
    ...filesSetting,
    ...companySetting,
    ...followUpSettings('task', 'ticket'),
    ticketPipeline: {
      type: 'string',
      minLength: 1,
      description: "The id of the pipeline for tickets. Default: 0, HubSpot's own support pipeline.",
    },
    ticketStage: {
      type: 'string',
      minLength: 1,
      description: 'The id of the status that new tickets have. Default: 1, which is "New" in the support pipeline.',
    },
  },
});

export const hubspotSecret: SecretShape = {
  kind: 'token',
  label: 'Service key or private app access token',
  where: 'HubSpot → Development → Keys → Service keys',
};

export type HubspotSettings = FromSchema<typeof hubspotSettings>;
