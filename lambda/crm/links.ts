import type { Destination } from './catalogue.ts';
import type { ContactId, LogId } from './port/adapter.ts';
import { dataCentres } from './zoho/settings.ts';

/**
 * The page that shows a chat: its ticket, or the contact with its note. Vendors do not promise these addresses:
 * Salesforce https://developer.salesforce.com/blogs/2018/01/heres-need-know-new-url-format-lightning.html,
 * Pipedrive https://ringcentral.github.io/rc-unified-crm-extension/developers/view-details,
 * EspoCRM https://docs.cloud.google.com/contact-center/ccai-platform/docs/espo-example-implementation,
 * HubSpot https://developers.hubspot.com/docs/platform/crm-development-tools-overview (`0-1` are contacts),
 * Odoo https://github.com/odoo/odoo/blob/19.0/addons/web/static/src/core/browser/router.js,
 * Zoho's hosts https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html.
 */
export function linkTo(
  settings: Destination,
  { contactId, logId }: { readonly contactId: ContactId | null; readonly logId: LogId | null },
): string | undefined {
  const contact = contactId === null ? undefined : encodeURIComponent(contactId);
  // The last ticket continues the earlier ones.
  const ticket = logId === null ? undefined : encodeURIComponent(logId.split(',').at(-1) ?? '');

  switch (settings.adapter) {
    case 'pipedrive': {
      const host = settings.baseUrl ?? 'https://api.pipedrive.com';
      return contact && pageOf(host.replace('//api.', '//app.'), `person/${contact}`);
    }
    case 'espocrm':
      return contact && pageOf(settings.baseUrl, `#Contact/view/${contact}`);
    case 'salesforce':
      return contact && pageOf(settings.baseUrl, `lightning/r/Contact/${contact}/view`);
    case 'zoho': {
      const host = dataCentres[settings.dataCentre].accounts.replace('//accounts.', '//crm.');
      return contact && pageOf(host, `crm/tab/Contacts/${contact}`);
    }
    case 'odoo':
      return contact && pageOf(settings.baseUrl, `odoo/res.partner/${contact}`);
    case 'raynet': {
      const { origin } = new URL(settings.baseUrl ?? 'https://app.raynet.cz');
      return contact && pageOf(origin, `${settings.instance}/?view=DetailView&en=Person&ei=${contact}`);
    }
    case 'zendesk':
      return ticket && pageOf(settings.baseUrl, `agent/tickets/${ticket}`);
    case 'freshdesk':
      return ticket && pageOf(settings.baseUrl, `a/tickets/${ticket}`);
    case 'hubspot':
      // The address contains the account number and data centre, which the API does not return.
      return settings.accountUrl && contact && pageOf(settings.accountUrl, `record/0-1/${contact}`);
    default:
      return undefined;
  }
}

const pageOf = (host: string, path: string) => `${host.replace(/\/+$/, '')}/${path}`;
