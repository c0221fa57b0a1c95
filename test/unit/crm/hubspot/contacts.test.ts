import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Person } from '../../../../lambda/crm/adapter.ts';
import { createHttpClient, type HttpClient } from '../../../../lambda/crm/http.ts';
import { createHubspotAdapter } from '../../../../lambda/crm/hubspot/index.ts';
import { blanks, newContact } from '../../../../lambda/crm/hubspot/mapping.ts';
import { type FakeHubspot, startFakeHubspot } from '../../../support/fake-hubspot.ts';

const eva: Person = { email: 'eva@example.com', name: 'Eva Horáková', countryCode: 'cz' };

const all = { firstname: 'Eva', lastname: 'Horáková', country: 'Czechia' };

describe('a contact’s properties', () => {
  test('are the standard ones, the country in words', () => {
    expect(newContact(eva)).toEqual({ email: 'eva@example.com', ...all });
  });

  test.each([null, '', 'ZZ', 'Czech', '12'])('have no country for the code %j', (countryCode) => {
    expect(newContact({ ...eva, name: null, countryCode })).toEqual({ email: 'eva@example.com' });
  });

  test.each([
    ['everything missing', {}, all],
    ['nulls and spaces', { firstname: null, lastname: ' ', country: '' }, all],
    ['the same first name, written otherwise', { firstname: 'EVA', country: 'x' }, { lastname: 'Horáková' }],
    ['another first name', { firstname: 'Jana', country: 'x' }, {}],
    ['another surname', { lastname: 'Malá' }, { country: 'Czechia' }],
    ['nothing', { firstname: 'E', lastname: 'H', country: 'Austria' }, {}],
  ])('are filled where blank: %s', (_, contact, missing) => {
    expect(blanks(contact, eva)).toEqual(missing);
  });
});

describe('HubSpot', () => {
  let hubspot: FakeHubspot;
  let http: HttpClient;
  const now = () => new Date();
  beforeEach(async () => {
    hubspot = await startFakeHubspot();
    http = createHttpClient({ now });
  });
  afterEach(async () => {
    http.close();
    await hubspot.close();
    expect(hubspot.violations).toEqual([]);
  });
  const upsert = (person: Person) => {
    const settings = { name: 'hubspot', adapter: 'hubspot', baseUrl: hubspot.url } as const;
    const deps = { http, secret: async () => hubspot.token, timezone: 'UTC', now };
    return createHubspotAdapter(settings, deps).upsertContact?.(person);
  };

  test('has the visitor under a secondary address: that contact is taken and no other made', async () => {
    const { id } = hubspot.addContact({ email: 'eva@work.example', hs_additional_emails: 'x@y.cz;Eva@Example.com' });
    expect(await upsert(eva)).toBe(id);
    expect(hubspot.contacts.size).toBe(1);
    expect(hubspot.contacts.get(id)?.properties).toMatchObject({ email: 'eva@work.example', firstname: 'Eva' });
  });

  test.each([
    ['SECONDLY', 1000],
    ['TEN_SECONDLY_ROLLING', 10_000],
    ['DAILY', 3_600_000],
  ])('names its limit %s instead of a time to wait', async (policyName, retryAfterMs) => {
    const body = { status: 'error', message: 'You have reached your limit.', errorType: 'RATE_LIMIT', policyName };
    hubspot.inject({ how: { status: 429, body } });
    await expect(upsert(eva)).rejects.toMatchObject({ fault: { kind: 'retryable', retryAfterMs } });
  });

  test('moves an account for a while', async () => {
    hubspot.inject({ how: { status: 477, headers: { 'retry-after': '3600' } } });
    await expect(upsert(eva)).rejects.toMatchObject({ fault: { kind: 'retryable', retryAfterMs: 3_600_000 } });
  });

  test('misses a scope: the operator is told which page to read', async () => {
    const message = "This app hasn't been granted all required scopes to make this call.";
    hubspot.inject({ how: { status: 403, body: { status: 'error', message, category: 'MISSING_SCOPES' } } });
    await expect(upsert(eva)).rejects.toMatchObject({
      fault: { kind: 'credentials' },
      message: expect.stringContaining('lambda/crm/README.md'),
    });
  });
});
