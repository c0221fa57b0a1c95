import { type EspocrmSettings, espocrmSecret, espocrmSettings } from './espocrm/settings.ts';
import { type FreshdeskSettings, freshdeskSecret, freshdeskSettings } from './freshdesk/settings.ts';
import type { SecretShape } from './http/credentials.ts';
import { type HubspotSettings, hubspotSecret, hubspotSettings } from './hubspot/settings.ts';
import { type OdooSettings, odooSecret, odooSettings } from './odoo/settings.ts';
import { type PipedriveSettings, pipedriveSecret, pipedriveSettings } from './pipedrive/settings.ts';
import { type RaynetSettings, raynetSecret, raynetSettings } from './raynet/settings.ts';
import { type SalesforceSettings, salesforceSecret, salesforceSettings } from './salesforce/settings.ts';
import { type WebhookSettings, webhookSecret, webhookSettings } from './webhook/settings.ts';
import { type ZendeskSettings, zendeskSecret, zendeskSettings } from './zendesk/settings.ts';
import { type ZohoSettings, zohoSecret, zohoSettings } from './zoho/settings.ts';

export const settingsSchemas = [
  webhookSettings,
  hubspotSettings,
  pipedriveSettings,
  espocrmSettings,
  zendeskSettings,
  zohoSettings,
  freshdeskSettings,
  salesforceSettings,
  raynetSettings,
  odooSettings,
] as const;

/** A validated destination of `forwarder.json`. */
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

export const secretShapes: Readonly<Record<Destination['adapter'], SecretShape>> = {
  webhook: webhookSecret,
  hubspot: hubspotSecret,
  pipedrive: pipedriveSecret,
  espocrm: espocrmSecret,
  zendesk: zendeskSecret,
  zoho: zohoSecret,
  freshdesk: freshdeskSecret,
  salesforce: salesforceSecret,
  raynet: raynetSecret,
  odoo: odooSecret,
};
