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

export const zendeskSettings = {
  type: 'object',
  title: 'zendesk: the visitor as a requester, the chat as a ticket, left open when somebody was missed',
  required: ['name', 'adapter', 'baseUrl'],
  additionalProperties: false,
  properties: {
    name: destinationName,
    adapter: { const: 'zendesk' },
    baseUrl: { ...secureUrl, description: 'Your Zendesk Support, such as https://shop.zendesk.com.' },
    ...rules,
    ...contactSettings,
    ...filesSetting,
    ...followUpSettings('ticket'),
  },
} as const;

export const zendeskSecret: SecretShape = {
  kind: 'fields',
  fields: {
    email: {
      label: 'E-mail address of the agent who speaks for the forwarder',
      where: 'Zendesk → Admin Center → People',
      isPublic: true,
    },
    token: { label: 'API token', where: 'Zendesk → Admin Center → Apps and integrations → APIs → API tokens' },
  },
};

export type ZendeskSettings = FromSchema<typeof zendeskSettings>;
