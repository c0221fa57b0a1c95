import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { createCheck } from './check.ts';
import { createHubspotClient } from './client.ts';
import { createContacts } from './contacts.ts';
import { createFiles } from './files.ts';
import { createFollowUps } from './follow-ups.ts';
import { createNotes } from './notes.ts';
import type { HubspotSettings } from './settings.ts';

const defaultBaseUrl = 'https://api.hubapi.com';

export function createHubspotAdapter(settings: HubspotSettings, deps: AdapterDeps): CrmAdapter {
  const client = createHubspotClient(settings.baseUrl ?? defaultBaseUrl, deps);
  return {
    upsertContacts: createContacts(client, settings),
    keepsEmailsUnique: true,
    ...createNotes(client, deps),
    followUps: createFollowUps(client, settings, deps),
    ...(settings.files !== false && { files: createFiles(client) }),
    check: createCheck(client, settings),
  };
}
