import type { FromSchema } from 'json-schema-to-ts';
import type { SecretShape } from '../http/credentials.ts';
import { contactSettings, destinationSchema, filesSetting, followUpSettings, secureUrl } from '../port/settings.ts';

export const zendeskSettings = destinationSchema('zendesk', {
  title: 'the visitor as a requester, the chat as a ticket, left open when somebody was missed',
  required: ['baseUrl'],
  properties: {
    baseUrl: { ...secureUrl, description: 'Your Zendesk Support, such as https://shop.zendesk.com.' },
    ...contactSettings,
    ...filesSetting,
    ...followUpSettings('ticket'),
  },
});

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
