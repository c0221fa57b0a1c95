import type { FromSchema } from 'json-schema-to-ts';
import type { Language } from '../conversation/language.ts';
import type { hubspotSettings } from '../crm/hubspot/settings.ts';
import type { webhookSettings } from '../crm/webhook/settings.ts';
import type { zendeskSettings } from '../crm/zendesk/settings.ts';

export type WebhookSettings = FromSchema<typeof webhookSettings>;
export type HubspotSettings = FromSchema<typeof hubspotSettings>;
export type ZendeskSettings = FromSchema<typeof zendeskSettings>;
export type Destination = WebhookSettings | HubspotSettings | ZendeskSettings;

/** `forwarder.json` after validation, with every default filled in. */
export type Config = {
  readonly timezone: string;
  readonly language: Language;
  readonly variables: { readonly phone: string; readonly customerId?: string };
  readonly retentionDays: number;
  readonly rejectedRetentionDays: number;
  readonly giveUpAfterHours: number;
  /** Where alarms go. */
  readonly alarmEmail?: string | undefined;
  readonly maxConcurrency: number;
  readonly batchingWindowSeconds: number;
  readonly destinations: readonly Destination[];
};
