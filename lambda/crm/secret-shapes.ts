import type { Destination } from '../config/config.ts';
import { espocrmSecret } from './espocrm/settings.ts';
import { freshdeskSecret } from './freshdesk/settings.ts';
import { hubspotSecret } from './hubspot/settings.ts';
import { odooSecret } from './odoo/settings.ts';
import { pipedriveSecret } from './pipedrive/settings.ts';
import { raynetSecret } from './raynet/settings.ts';
import { salesforceSecret } from './salesforce/settings.ts';
import type { SecretShape } from './secret.ts';
import { webhookSecret } from './webhook/settings.ts';
import { zendeskSecret } from './zendesk/settings.ts';
import { zohoSecret } from './zoho/settings.ts';

/** What each kind of CRM needs in its destination's secret. */
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
