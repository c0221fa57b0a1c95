import type { FromSchema } from 'json-schema-to-ts';
import type { SecretShape } from '../http/credentials.ts';
import { contactSettings, destinationSchema, filesSetting, followUpSettings, secureUrl } from '../port/settings.ts';

/**
 * By the ending of https://crm.zoho.<ending> (https://www.zoho.com/accounts/protocol/oauth/multi-dc.html,
 * https://www.bigin.com/developer/docs/apis/multi-dc.html).
 */
export const dataCentres = {
  com: { api: 'https://www.zohoapis.com', accounts: 'https://accounts.zoho.com' },
  eu: { api: 'https://www.zohoapis.eu', accounts: 'https://accounts.zoho.eu' },
  in: { api: 'https://www.zohoapis.in', accounts: 'https://accounts.zoho.in' },
  'com.au': { api: 'https://www.zohoapis.com.au', accounts: 'https://accounts.zoho.com.au' },
  jp: { api: 'https://www.zohoapis.jp', accounts: 'https://accounts.zoho.jp' },
  ca: { api: 'https://www.zohoapis.ca', accounts: 'https://accounts.zohocloud.ca' },
  sa: { api: 'https://www.zohoapis.sa', accounts: 'https://accounts.zoho.sa' },
  'com.cn': { api: 'https://www.zohoapis.com.cn', accounts: 'https://accounts.zoho.com.cn' },
} as const;

/** Field names are put into queries unescaped. */
const apiName = '^[A-Za-z][A-Za-z0-9_]*$';

export const zohoSettings = destinationSchema('zoho', {
  title: 'a contact, a note with the transcript, and a task when somebody was missed',
  required: ['dataCentre'],
  properties: {
    dataCentre: {
      enum: ['com', 'eu', 'in', 'com.au', 'jp', 'ca', 'sa', 'com.cn'],
      description: 'The end of the address of your Zoho CRM: `eu` for https://crm.zoho.eu.',
    },
    baseUrl: { ...secureUrl, description: "The API to call, by default the data centre's." },
    accountsUrl: { ...secureUrl, description: "The address that issues access tokens, by default the data centre's." },
    ...contactSettings,
    ...filesSetting,
    customerIdField: { ...contactSettings.customerIdField, pattern: apiName },
    fields: { ...contactSettings.fields, propertyNames: { pattern: apiName } },
    ...followUpSettings('task'),
  },
});

const console = 'api-console.zoho.<your data centre> → Self Client';

export const zohoSecret: SecretShape = {
  kind: 'fields',
  fields: {
    clientId: { label: 'Client ID', where: `${console} → Client Secret` },
    clientSecret: { label: 'Client secret', where: `${console} → Client Secret` },
    refreshToken: { label: 'Refresh token', where: `${console} → Generate Code, then as docs/crms/zoho.md says` },
  },
};

export type ZohoSettings = FromSchema<typeof zohoSettings>;
