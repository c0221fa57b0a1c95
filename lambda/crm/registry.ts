import type { Destination } from './catalogue.ts';
import type { AdapterDeps } from './http/adapter-deps.ts';
import type { CrmAdapter } from './port/adapter.ts';

/** Creates the adapter for a destination. Imports only that CRM's code, to keep cold starts short. */
export async function createAdapter(settings: Destination, deps: AdapterDeps): Promise<CrmAdapter> {
  switch (settings.adapter) {
    case 'webhook':
      return (await import('./webhook/index.ts')).createWebhookAdapter(settings, deps);
    case 'hubspot':
      return (await import('./hubspot/index.ts')).createHubspotAdapter(settings, deps);
    case 'pipedrive':
      return (await import('./pipedrive/index.ts')).createPipedriveAdapter(settings, deps);
    case 'espocrm':
      return (await import('./espocrm/index.ts')).createEspocrmAdapter(settings, deps);
    case 'zendesk':
      return (await import('./zendesk/index.ts')).createZendeskAdapter(settings, deps);
    case 'zoho':
      return (await import('./zoho/index.ts')).createZohoAdapter(settings, deps);
    case 'freshdesk':
      return (await import('./freshdesk/index.ts')).createFreshdeskAdapter(settings, deps);
    case 'salesforce':
      return (await import('./salesforce/index.ts')).createSalesforceAdapter(settings, deps);
    case 'raynet':
      return (await import('./raynet/index.ts')).createRaynetAdapter(settings, deps);
    case 'odoo':
      return (await import('./odoo/index.ts')).createOdooAdapter(settings, deps);
  }
}
