import { expect } from '@jest/globals';
import { createHttpClient } from '../../../../lambda/crm/http/http.ts';
import { createHubspotAdapter } from '../../../../lambda/crm/hubspot/index.ts';
import type { HubspotSettings } from '../../../../lambda/crm/hubspot/settings.ts';
import type { CrmAdapter } from '../../../../lambda/crm/port/adapter.ts';
import { type FakeHubspot, type FakeHubspotOptions, startFakeHubspot } from '../../../support/fake-hubspot.ts';
import { createMemoryToken } from '../../../support/memory-token.ts';

export type Opened = {
  readonly hubspot: FakeHubspot;
  readonly adapter: CrmAdapter;
  /** How often each path was asked, by its last two segments. */
  readonly calls: () => Readonly<Record<string, number>>;
  readonly close: () => Promise<void>;
};

/** The adapter and a HubSpot to talk to. */
export async function openHubspot(
  options: FakeHubspotOptions & { readonly settings?: Partial<HubspotSettings> } = {},
  now = () => new Date(),
): Promise<Opened> {
  const hubspot = await startFakeHubspot(options);
  const http = createHttpClient({ now });
  const settings = { name: 'hubspot', adapter: 'hubspot', baseUrl: hubspot.url, ...options.settings } as const;
  const secret = async () => hubspot.token;
  const deps = { http, secret, token: createMemoryToken(), timezone: 'UTC', language: 'en', now } as const;
  return {
    hubspot,
    adapter: createHubspotAdapter(settings, deps),
    calls: () => {
      const names = hubspot.requests.map(({ path }) => path.split('/').slice(-3).join('/'));
      return Object.fromEntries(
        [...new Set(names)].map((name) => [name, names.filter((each) => each === name).length]),
      );
    },
    close: async () => {
      http.close();
      await hubspot.close();
      expect(hubspot.violations).toEqual([]);
    },
  };
}
