import type { Destination } from '../../lambda/crm/catalogue.ts';
import type { Subject } from './subject.ts';
import { espocrm } from './subjects/espocrm.ts';
import { freshdesk } from './subjects/freshdesk.ts';
import { hubspot } from './subjects/hubspot.ts';
import { odoo } from './subjects/odoo.ts';
import { pipedrive } from './subjects/pipedrive.ts';
import { raynet } from './subjects/raynet.ts';
import { salesforce } from './subjects/salesforce.ts';
import { template } from './subjects/template.ts';
import { webhook } from './subjects/webhook.ts';
import { zendesk } from './subjects/zendesk.ts';
import { zoho } from './subjects/zoho.ts';

/** Every kind of CRM that can be configured, and the template for more. An adapter without an entry does not compile. */
export const subjects: Readonly<Record<Destination['adapter'] | 'template', Subject>> = {
  webhook,
  hubspot,
  pipedrive,
  espocrm,
  zendesk,
  zoho,
  freshdesk,
  salesforce,
  raynet,
  template,
  odoo,
};
