import type { FromSchema } from 'json-schema-to-ts';
import type { hubspotSettings } from '../crm/hubspot/settings.ts';
import type { webhookSettings } from '../crm/webhook/settings.ts';

export type WebhookSettings = FromSchema<typeof webhookSettings>;
export type HubspotSettings = FromSchema<typeof hubspotSettings>;
export type Destination = WebhookSettings | HubspotSettings;

/** `forwarder.json` after validation, with every default filled in. */
export type Config = {
  readonly timezone: string;
  readonly retentionDays: number;
  readonly rejectedRetentionDays: number;
  readonly giveUpAfterHours: number;
  readonly destinations: readonly Destination[];
};
