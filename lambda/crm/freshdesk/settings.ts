import type { FromSchema } from 'json-schema-to-ts';
import type { SecretShape } from '../http/credentials.ts';
import { contactSettings, destinationSchema, filesSetting, followUpSettings, secureUrl } from '../port/settings.ts';

const { followUp } = followUpSettings('ticket');
/** Freshdesk sets the due time by SLA policy, and refuses times in the past. */
const { dueInHours: _, ...followUpProperties } = followUp.properties;

export const freshdeskSettings = destinationSchema('freshdesk', {
  title: 'the visitor as a requester, the chat as a ticket, left open when somebody was missed',
  required: ['baseUrl'],
  properties: {
    baseUrl: {
      ...secureUrl,
      description:
        'Your Freshdesk, such as https://shop.freshdesk.com: its own domain, even if you have given it another.',
    },
    ...contactSettings,
    ...filesSetting,
    followUp: { ...followUp, properties: followUpProperties },
  },
});

export const freshdeskSecret: SecretShape = {
  kind: 'token',
  label: 'API key of the agent who speaks for the forwarder',
  where: 'Freshdesk → your picture → Profile settings → View API key',
};

export type FreshdeskSettings = FromSchema<typeof freshdeskSettings>;
