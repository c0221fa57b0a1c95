import { describe, expect, test } from '@jest/globals';
import type { Destination } from '../../../lambda/crm/catalogue.ts';
import { linkTo } from '../../../lambda/crm/links.ts';

const ids = { contactId: '42', logId: '7' };
const name = 'crm';
const raynet = { name, adapter: 'raynet', instance: 'shop', owners: { fallback: '1' } } as const;

describe('the link to a chat is', () => {
  test.each<[string, Destination]>([
    ['https://app.pipedrive.com/person/42', { name, adapter: 'pipedrive' }],
    ['https://shop.pipedrive.com/person/42', { name, adapter: 'pipedrive', baseUrl: 'https://shop.pipedrive.com' }],
    ['https://app.pipedrive.com/person/42', { name, adapter: 'pipedrive', baseUrl: 'https://api.pipedrive.com' }],
    ['https://crm.example.com/#Contact/view/42', { name, adapter: 'espocrm', baseUrl: 'https://crm.example.com' }],
    ['https://example.com/crm/#Contact/view/42', { name, adapter: 'espocrm', baseUrl: 'https://example.com/crm/' }],
    [
      'https://shop.my.salesforce.com/lightning/r/Contact/42/view',
      { name, adapter: 'salesforce', baseUrl: 'https://shop.my.salesforce.com' },
    ],
    ['https://crm.zoho.eu/crm/tab/Contacts/42', { name, adapter: 'zoho', dataCentre: 'eu' }],
    ['https://crm.zoho.com.au/crm/tab/Contacts/42', { name, adapter: 'zoho', dataCentre: 'com.au' }],
    ['https://crm.zohocloud.ca/crm/tab/Contacts/42', { name, adapter: 'zoho', dataCentre: 'ca' }],
    ['https://shop.odoo.com/odoo/res.partner/42', { name, adapter: 'odoo', baseUrl: 'https://shop.odoo.com' }],
    [
      'https://app-eu1.hubspot.com/contacts/123/record/0-1/42',
      { name, adapter: 'hubspot', accountUrl: 'https://app-eu1.hubspot.com/contacts/123' },
    ],
    ['https://app.raynet.cz/shop/?view=DetailView&en=Person&ei=42', raynet],
    [
      'https://eu.raynetcrm.com/shop/?view=DetailView&en=Person&ei=42',
      { ...raynet, baseUrl: 'https://eu.raynetcrm.com/api/v2' },
    ],
    ['https://shop.zendesk.com/agent/tickets/7', { name, adapter: 'zendesk', baseUrl: 'https://shop.zendesk.com' }],
    ['https://shop.freshdesk.com/a/tickets/7', { name, adapter: 'freshdesk', baseUrl: 'https://shop.freshdesk.com' }],
  ])('%s', (link, settings) => {
    expect(linkTo(settings, ids)).toBe(link);
    expect(linkTo(settings, { contactId: null, logId: null })).toBeUndefined();
  });
});

test.each<Destination>([
  { name, adapter: 'hubspot' },
  { name, adapter: 'webhook', url: 'https://example.com/chats' },
])('there is no link to a chat in $adapter', (settings) => {
  expect(linkTo(settings, ids)).toBeUndefined();
});

test('the link goes to the follow-up ticket, not to the closed one', () => {
  const zendesk = { name, adapter: 'zendesk', baseUrl: 'https://shop.zendesk.com' } as const;
  expect(linkTo(zendesk, { contactId: '42', logId: '7,8' })).toBe('https://shop.zendesk.com/agent/tickets/8');
});

test('an id in a link is escaped', () => {
  const espocrm = { name, adapter: 'espocrm', baseUrl: 'https://crm.example.com' } as const;
  const link = linkTo(espocrm, { contactId: '../../?x=1#é', logId: null });
  expect(link).toBe('https://crm.example.com/#Contact/view/..%2F..%2F%3Fx%3D1%23%C3%A9');
});
