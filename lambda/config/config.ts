import type { FromSchema } from 'json-schema-to-ts';
import type { Language } from '../conversation/language.ts';
import type { espocrmSettings } from '../crm/espocrm/settings.ts';
import type { freshdeskSettings } from '../crm/freshdesk/settings.ts';
import type { hubspotSettings } from '../crm/hubspot/settings.ts';
import type { odooSettings } from '../crm/odoo/settings.ts';
import type { pipedriveSettings } from '../crm/pipedrive/settings.ts';
import type { raynetSettings } from '../crm/raynet/settings.ts';
import type { salesforceSettings } from '../crm/salesforce/settings.ts';
import type { webhookSettings } from '../crm/webhook/settings.ts';
import type { zendeskSettings } from '../crm/zendesk/settings.ts';
import type { zohoSettings } from '../crm/zoho/settings.ts';

export type ZohoSettings = FromSchema<typeof zohoSettings>;
export type SalesforceSettings = FromSchema<typeof salesforceSettings>;
export type WebhookSettings = FromSchema<typeof webhookSettings>;
export type HubspotSettings = FromSchema<typeof hubspotSettings>;
export type PipedriveSettings = FromSchema<typeof pipedriveSettings>;
export type EspocrmSettings = FromSchema<typeof espocrmSettings>;
export type ZendeskSettings = FromSchema<typeof zendeskSettings>;
export type FreshdeskSettings = FromSchema<typeof freshdeskSettings>;
export type RaynetSettings = FromSchema<typeof raynetSettings>;
export type OdooSettings = FromSchema<typeof odooSettings>;
export type Destination =
  | WebhookSettings
  | HubspotSettings
  | PipedriveSettings
  | EspocrmSettings
  | ZendeskSettings
  | ZohoSettings
  | FreshdeskSettings
  | SalesforceSettings
  | RaynetSettings
  | OdooSettings;

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
